#include "Stream.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace fastjson {

namespace {

// Makes room for one more row in all the columns; the capacity is raised last, so a failed growth leaves usable columns.
template <typename... Column> void grow(EventColumns &columns, Column &...column) {
    const size_t wanted = std::max<size_t>(256, columns.capacity * 2);
    (column.resize(wanted), ...);
    columns.capacity = wanted;
}

}  // namespace

void TradeColumns::put(int32_t row, const Trade &trade) {
    if (count == capacity) grow(*this, symbol, price, size, time, exchange, trf, conditions, identity);
    symbol[count] = row;
    price[count] = trade.price;
    size[count] = trade.size;
    time[count] = trade.time;
    exchange[count] = trade.exchange;
    trf[count] = trade.trf;
    conditions[count] = trade.conditions;
    identity[count] = trade.identity;
    count++;
}

void TradeColumns::expose(fastjson_trades &out) const {
    out.count = count;
    out.symbol = symbol.data();
    out.price = price.data();
    out.size = size.data();
    out.time = time.data();
    out.exchange = exchange.data();
    out.trf = trf.data();
    out.conditions = conditions.data();
    out.identity = identity.data();
}

void QuoteColumns::put(int32_t row, const Quote &quote) {
    if (count == capacity) grow(*this, symbol, bid, ask, bid_size, ask_size, time);
    symbol[count] = row;
    bid[count] = quote.bid;
    ask[count] = quote.ask;
    bid_size[count] = quote.bid_size;
    ask_size[count] = quote.ask_size;
    time[count] = quote.time;
    count++;
}

void QuoteColumns::expose(fastjson_quotes &out) const {
    out.count = count;
    out.symbol = symbol.data();
    out.bid = bid.data();
    out.ask = ask.data();
    out.bid_size = bid_size.data();
    out.ask_size = ask_size.data();
    out.time = time.data();
}

void WindowColumns::put(int32_t row, const Window &window) {
    if (count == capacity)
        grow(*this, symbol, is_minute, start, end, volume, accumulated, open, high, low, close, day_vwap, official_open);
    symbol[count] = row;
    is_minute[count] = window.is_minute ? 1 : 0;
    start[count] = window.start;
    end[count] = window.end;
    volume[count] = window.volume;
    accumulated[count] = window.accumulated;
    open[count] = window.open;
    high[count] = window.high;
    low[count] = window.low;
    close[count] = window.close;
    day_vwap[count] = window.day_vwap;
    official_open[count] = window.official_open;
    count++;
}

void WindowColumns::expose(fastjson_windows &out) const {
    static_assert(sizeof(bool) == 1, "a bool is a byte");
    out.count = count;
    out.symbol = symbol.data();
    out.is_minute = reinterpret_cast<const bool *>(is_minute.data());
    out.start = start.data();
    out.end = end.data();
    out.volume = volume.data();
    out.accumulated = accumulated.data();
    out.open = open.data();
    out.high = high.data();
    out.low = low.data();
    out.close = close.data();
    out.day_vwap = day_vwap.data();
    out.official_open = official_open.data();
}

void BandColumns::put(int32_t row, const Band &band) {
    if (count == capacity) grow(*this, symbol, upper, lower, indicators, time);
    symbol[count] = row;
    upper[count] = band.upper;
    lower[count] = band.lower;
    indicators[count] = band.indicators;
    time[count] = band.time;
    count++;
}

void BandColumns::expose(fastjson_bands &out) const {
    out.count = count;
    out.symbol = symbol.data();
    out.upper = upper.data();
    out.lower = lower.data();
    out.indicators = indicators.data();
    out.time = time.data();
}

}  // namespace fastjson

using namespace fastjson;

namespace {

// A scanner's tables take about four bytes per byte of a frame; more than this is not kept for the next one.
constexpr size_t kept_capacity_max = 2u << 20;

template <typename Columns> void let_go(Columns &columns) {
    if (columns.capacity > EventColumns::kept_max) columns = Columns();
}

}  // namespace

void fastjson_stream::clear() {
    trades.count = quotes.count = bars.count = bands.count = 0;
    notices.clear();
    shown_notices.clear();
    unknown_event = malformed = bad_symbol = impossible_number = bad_frames = 0;
    let_go(trades);
    let_go(quotes);
    let_go(bars);
    let_go(bands);
}

bool fastjson_stream::scan(const uint8_t *bytes, size_t length, Cursor &cursor) {
    if (!scanner || length > scanner->capacity()) {
        const size_t capacity = length + length / 2 + 4096;
        scanner.reset();
        const simdjson::implementation *implementation = simdjson::get_active_implementation();
        if (implementation->create_dom_parser_implementation(capacity, simdjson::DEFAULT_MAX_DEPTH, scanner)) {
            scanner.reset();
            throw std::bad_alloc();
        }
    }
    if (scanner->stage1(bytes, length, simdjson::stage1_mode::regular)) return false;
    cursor.frame = reinterpret_cast<const char *>(bytes);
    cursor.at = scanner->structural_indexes.get();
    cursor.end = cursor.at + scanner->n_structural_indexes;
    return true;
}

void fastjson_stream::trim() {
    if (scanner && scanner->capacity() > kept_capacity_max) scanner.reset();
    if (parser.capacity() > kept_capacity_max) parser = od::parser();
    for (auto *bytes : {&padded, &unescaped})
        if (bytes->capacity() > kept_capacity_max) std::vector<uint8_t>().swap(*bytes);
}

bool fastjson_stream::intern(const Event &event, int32_t &row) {
    uint8_t packed[FASTJSON_SYMBOL_BYTES];
    static_assert(sizeof packed == sizeof event.symbol, "a symbol is three words");
    std::memcpy(packed, event.symbol, sizeof packed);
    const size_t found = index.find_or_insert(packed, symbol_count, symbols);
    if (found == FASTJSON_TICKERS_MAX) return false;
    if (found == symbol_count) {
        symbols.insert(symbols.end(), packed, packed + sizeof packed);
        symbol_count++;
    }
    row = int32_t(found);
    return true;
}

void fastjson_stream::reject(Flaw flaw) {
    switch (flaw) {
    case Flaw::none: break;
    case Flaw::malformed: malformed++; break;
    case Flaw::symbol: bad_symbol++; break;
    case Flaw::number: impossible_number++; break;
    }
}
