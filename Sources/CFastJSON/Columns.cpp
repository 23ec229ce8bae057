#include "Decoder.hpp"

#include <algorithm>
#include <cstring>

namespace fastjson {

void Columns::clear() {
    count = 0;
    bad_symbol = wrong_type = impossible_number = duplicate = 0;
}

// Throws std::bad_alloc; the capacity is raised last, so a failed growth leaves usable columns.
void Columns::grow() {
    const size_t wanted = std::min<size_t>(std::max<size_t>(16384, capacity * 2), FASTJSON_TICKERS_MAX);
    symbols.resize(wanted * FASTJSON_SYMBOL_BYTES);
    for (auto *column : {&last_price, &minute_close, &minute_high, &minute_low, &minute_volume, &accumulated_volume,
             &day_open, &day_high, &day_low, &day_close, &day_volume, &day_vwap, &previous_close, &previous_volume,
             &bid, &ask, &bid_size, &ask_size, &minute_trades})
        column->resize(wanted);
    for (auto *column : {&last_time, &minute_start, &quote_time, &updated}) column->resize(wanted);
    last_conditions.resize(wanted);
    capacity = wanted;
}

void Columns::put(size_t at, const Row &row) {
    std::memcpy(&symbols[at * FASTJSON_SYMBOL_BYTES], row.symbol, FASTJSON_SYMBOL_BYTES);
    last_price[at] = row.last_price;
    minute_close[at] = row.minute_close;
    minute_high[at] = row.minute_high;
    minute_low[at] = row.minute_low;
    minute_volume[at] = row.minute_volume;
    accumulated_volume[at] = row.accumulated_volume;
    day_open[at] = row.day_open;
    day_high[at] = row.day_high;
    day_low[at] = row.day_low;
    day_close[at] = row.day_close;
    day_volume[at] = row.day_volume;
    day_vwap[at] = row.day_vwap;
    previous_close[at] = row.previous_close;
    previous_volume[at] = row.previous_volume;
    bid[at] = row.bid;
    ask[at] = row.ask;
    bid_size[at] = row.bid_size;
    ask_size[at] = row.ask_size;
    minute_trades[at] = row.minute_trades;
    last_time[at] = row.last_time;
    minute_start[at] = row.minute_start;
    quote_time[at] = row.quote_time;
    updated[at] = row.updated;
    last_conditions[at] = row.last_conditions;
}

void Columns::expose(fastjson_snapshot &out) const {
    out.count = count;
    out.symbols = symbols.data();
    out.last_price = last_price.data();
    out.minute_close = minute_close.data();
    out.minute_high = minute_high.data();
    out.minute_low = minute_low.data();
    out.minute_volume = minute_volume.data();
    out.accumulated_volume = accumulated_volume.data();
    out.day_open = day_open.data();
    out.day_high = day_high.data();
    out.day_low = day_low.data();
    out.day_close = day_close.data();
    out.day_volume = day_volume.data();
    out.day_vwap = day_vwap.data();
    out.previous_close = previous_close.data();
    out.previous_volume = previous_volume.data();
    out.bid = bid.data();
    out.ask = ask.data();
    out.bid_size = bid_size.data();
    out.ask_size = ask_size.data();
    out.minute_trades = minute_trades.data();
    out.last_time = last_time.data();
    out.minute_start = minute_start.data();
    out.quote_time = quote_time.data();
    out.updated = updated.data();
    out.last_conditions = last_conditions.data();
    out.bad_symbol = bad_symbol;
    out.wrong_type = wrong_type;
    out.impossible_number = impossible_number;
    out.duplicate = duplicate;
}

void BarColumns::clear() {
    malformed = 0;
    time.clear();
    trades.clear();
    for (auto *column : {&open, &high, &low, &close, &volume, &vwap}) column->clear();
    symbols.clear();
}

void BarColumns::expose(fastjson_bars &out, const char *next_url) const {
    out.count = volume.size();
    out.time = time.data();
    out.trades = trades.data();
    out.volume = volume.data();
    out.vwap = vwap.data();
    out.open = open.data();
    out.high = high.data();
    out.low = low.data();
    out.close = close.data();
    out.symbols = symbols.data();
    out.malformed = malformed;
    out.next_url = next_url;
}

void SymbolIndex::clear() {
    if (table.empty()) table.resize(slots, Slot{0, 0});
    if (++stamp == 0) {
        std::fill(table.begin(), table.end(), Slot{0, 0});
        stamp = 1;
    }
}

size_t SymbolIndex::find_or_insert(const uint8_t *symbol, size_t next, const std::vector<uint8_t> &symbols) {
    uint64_t words[3];
    static_assert(sizeof words == FASTJSON_SYMBOL_BYTES, "a symbol is three words");
    std::memcpy(words, symbol, sizeof words);
    uint64_t hash = words[0] * 0x9E3779B97F4A7C15u;
    hash = (hash ^ (hash >> 29) ^ words[1]) * 0xBF58476D1CE4E5B9u;
    hash = (hash ^ (hash >> 32) ^ words[2]) * 0x94D049BB133111EBu;
    size_t at = (hash >> 40) & (slots - 1);
    while (table[at].stamp == stamp) {
        const size_t row = table[at].row;
        if (std::memcmp(&symbols[row * FASTJSON_SYMBOL_BYTES], symbol, FASTJSON_SYMBOL_BYTES) == 0) return row;
        at = (at + 1) & (slots - 1);
    }
    if (next < FASTJSON_TICKERS_MAX) table[at] = Slot{stamp, uint32_t(next)};
    return next;
}

}  // namespace fastjson
