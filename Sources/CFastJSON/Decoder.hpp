#ifndef TRADEUL_FASTJSON_DECODER_HPP
#define TRADEUL_FASTJSON_DECODER_HPP

#include "CFastJSON.h"

#include <simdjson.h>

#include <string>
#include <vector>

// Shared by the decoding files of this target; nobody outside sees it.

namespace fastjson {

namespace od = simdjson::ondemand;

// One accepted ticker before it is written into the columns.
struct Row {
    double last_price, minute_close, minute_high, minute_low, minute_volume, accumulated_volume;
    double day_open, day_high, day_low, day_close, day_volume, day_vwap;
    double previous_close, previous_volume, bid, ask;
    double bid_size, ask_size, minute_trades;
    int64_t last_time, minute_start, quote_time, updated;
    uint64_t last_conditions;
    uint8_t symbol[FASTJSON_SYMBOL_BYTES];
};

// The columns of one snapshot; two of them take turns.
struct Columns {
    size_t count = 0;
    size_t capacity = 0;
    size_t bad_symbol = 0, wrong_type = 0, impossible_number = 0, duplicate = 0;
    std::vector<uint8_t> symbols;
    std::vector<double> last_price, minute_close, minute_high, minute_low, minute_volume, accumulated_volume;
    std::vector<double> day_open, day_high, day_low, day_close, day_volume, day_vwap;
    std::vector<double> previous_close, previous_volume, bid, ask;
    std::vector<double> bid_size, ask_size, minute_trades;
    std::vector<int64_t> last_time, minute_start, quote_time, updated;
    std::vector<uint64_t> last_conditions;

    void clear();
    void grow();
    void put(size_t at, const Row &row);
    void expose(fastjson_snapshot &out) const;
};

// Symbol → row of the snapshot being decoded. Open addressing; a stamp instead of clearing makes a new snapshot free.
class SymbolIndex {
public:
    // The row the symbol has, or `next` after noting that it gets that row; FASTJSON_TICKERS_MAX is given to none.
    size_t find_or_insert(const uint8_t *symbol, size_t next, const std::vector<uint8_t> &symbols);
    void clear();

private:
    // A power of two, at least twice FASTJSON_TICKERS_MAX: probes stay short and always end.
    static constexpr size_t slots = 2 * FASTJSON_TICKERS_MAX;
    struct Slot {
        uint32_t stamp;
        uint32_t row;
    };
    std::vector<Slot> table;
    uint32_t stamp = 0;
};

// The columns of one page of bars; those of the prices and the symbols stay empty for a range.
struct BarColumns {
    size_t malformed = 0;
    std::vector<int64_t> time;
    std::vector<int32_t> trades;
    std::vector<double> open, high, low, close, volume, vwap;
    std::vector<uint8_t> symbols;

    void clear();
    void expose(fastjson_bars &out, const char *next_url) const;
};

}  // namespace fastjson

struct fastjson_decoder {
    fastjson::od::parser parser;
    fastjson::Columns shown, spare;
    fastjson::SymbolIndex index;
    fastjson::BarColumns bars;
    std::vector<fastjson_holiday> holidays;
    std::vector<fastjson_split> splits;
    std::vector<fastjson_condition> conditions;
    std::vector<fastjson_ticker> tickers;
    std::vector<fastjson_fact> facts;
    std::vector<fastjson_profile> profiles;
    std::string message;
    std::string next_url;
    bool has_next_url = false;

    // Starts reading a body; anything but FASTJSON_OK is the answer.
    fastjson_status open(const uint8_t *body, size_t length, fastjson::od::document &document);
    // Gives back memory that one huge body has claimed.
    void trim();
    // Notes an `error` or `message` member; `error` wins.
    void note_message(fastjson::od::value &value, bool is_error);
    // The address of the next page, NUL-terminated; NULL when the last body named none.
    const char *next() const { return has_next_url ? next_url.c_str() : nullptr; }
};

namespace fastjson {

// What a simdjson error means for a caller.
fastjson_status status_of(simdjson::error_code error);

// Whether everything has been read: rubbish behind the value makes the body malformed.
bool is_at_end(od::document &document);

// Copies a string value, cut to fit on a character boundary; anything but a string leaves the empty text.
void copy_text(od::value &value, char *to, size_t capacity);

}  // namespace fastjson

#endif
