package import MarketData

/// Finds the column a field means.
package enum FieldLookup {
    /// The column of a field; nil when its name means none or several.
    package static func column(of field: FilterField) -> ColumnDescriptor? {
        exact(field)
    }

    static func exact(_ field: FilterField) -> ColumnDescriptor? {
        ColumnDescriptor.named(field.name)
    }
}
