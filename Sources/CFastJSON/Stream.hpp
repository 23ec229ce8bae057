#ifndef TRADEUL_FASTJSON_STREAM_HPP
#define TRADEUL_FASTJSON_STREAM_HPP

#include "Decoder.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

// Shared by the files that decode frames; nobody outside sees it.

namespace fastjson {

// Why an element is left out; the first reason found is the one that counts.
enum class Flaw { none, malformed, symbol, number };

// One element being read.
struct Event {
    // Zero-padded words, as in memory.
    uint64_t symbol[3] = {0, 0, 0};
    bool has_symbol = false;
    Flaw flaw = Flaw::none;

    void blame(Flaw reason) {
        if (flaw == Flaw::none) flaw = reason;
    }
};

struct Trade {
    double price, size;
    int64_t time;
    uint64_t conditions, identity;
    uint16_t trf;
    uint8_t exchange;
};

struct Quote {
    double bid, ask, bid_size, ask_size;
    int64_t time;
};

struct Window {
    int64_t start, end;
    double volume, accumulated, open, high, low, close, day_vwap, official_open;
    bool is_minute;
};

struct Band {
    double upper, lower;
    uint64_t indicators;
    int64_t time;
};

// Columns that grow together: an event costs one check of the capacity, not one per column.
struct EventColumns {
    size_t count = 0;
    size_t capacity = 0;

    // More rows than this are not kept for the next frame.
    static constexpr size_t kept_max = 65536;
};

struct TradeColumns : EventColumns {
    std::vector<int32_t> symbol;
    std::vector<double> price, size;
    std::vector<int64_t> time;
    std::vector<uint8_t> exchange;
    std::vector<uint16_t> trf;
    std::vector<uint64_t> conditions, identity;

    void put(int32_t row, const Trade &trade);
    void expose(fastjson_trades &out) const;
};

struct QuoteColumns : EventColumns {
    std::vector<int32_t> symbol;
    std::vector<double> bid, ask, bid_size, ask_size;
    std::vector<int64_t> time;

    void put(int32_t row, const Quote &quote);
    void expose(fastjson_quotes &out) const;
};

struct WindowColumns : EventColumns {
    std::vector<int32_t> symbol;
    // Not vector<bool>, which has no address; 0 or 1, as a bool is.
    std::vector<uint8_t> is_minute;
    std::vector<int64_t> start, end;
    std::vector<double> volume, accumulated, open, high, low, close, day_vwap, official_open;

    void put(int32_t row, const Window &window);
    void expose(fastjson_windows &out) const;
};

struct BandColumns : EventColumns {
    std::vector<int32_t> symbol;
    std::vector<double> upper, lower;
    std::vector<uint64_t> indicators;
    std::vector<int64_t> time;

    void put(int32_t row, const Band &band);
    void expose(fastjson_bands &out) const;
};

}  // namespace fastjson

namespace fastjson {

// A place in a frame, counted in tokens: brackets, colons, commas, and the first bytes of strings and scalars.
struct Cursor {
    const char *frame = nullptr;
    const uint32_t *at = nullptr;
    const uint32_t *end = nullptr;

    bool is_at_end() const { return at == end; }
    // The next token's first byte; 0 at the end.
    char peek() const { return at == end ? char(0) : frame[*at]; }
};

}  // namespace fastjson

struct fastjson_stream {
    // Finds the tokens; simdjson's own choice for this machine.
    std::unique_ptr<simdjson::internal::dom_parser_implementation> scanner;
    // Reads what has to be unescaped.
    fastjson::od::parser parser;
    fastjson::TradeColumns trades;
    fastjson::QuoteColumns quotes;
    fastjson::WindowColumns bars;
    fastjson::BandColumns bands;
    std::vector<std::pair<std::string, std::string>> notices;
    std::vector<fastjson_notice> shown_notices;
    // Symbols since the batch began, and where each is.
    std::vector<uint8_t> symbols;
    size_t symbol_count = 0;
    fastjson::SymbolIndex index;
    size_t unknown_event = 0, malformed = 0, bad_symbol = 0, impossible_number = 0, bad_frames = 0;
    // A frame or an element, and an element to be unescaped, with zero bytes behind it.
    std::vector<uint8_t> padded, unescaped;

    void clear();
    // Finds the tokens of bytes that zero bytes follow; false when they cannot be JSON: no UTF-8, a string that does not
    // end, a control character in one. Throws std::bad_alloc.
    bool scan(const uint8_t *bytes, size_t length, fastjson::Cursor &cursor);
    // Gives back memory that one huge frame has claimed.
    void trim();
    // The row of an event's symbol; false when the batch has as many as there may be.
    bool intern(const fastjson::Event &event, int32_t &row);
    // Counts an element that is left out.
    void reject(fastjson::Flaw flaw);
};

namespace fastjson {

// Passes over a value of any kind; false when its brackets do not match or there is none.
bool skip_value(Cursor &cursor);

// Reads one element, from its opening brace on, into the columns, or counts why not. False when its JSON is broken: it
// is then neither stored nor counted, and the cursor is anywhere within the frame.
bool read_element(Cursor &cursor, fastjson_stream &stream);

// Reads the elements of a frame from byte `at` on one by one, each for itself, so that what breaks one does not touch
// the next; `skips_first` passes over one that has been counted. `is_array` tells whether a `]` is to come.
void read_pieces(fastjson_stream &stream, const uint8_t *frame, size_t length, size_t at, bool skips_first, bool is_array);

}  // namespace fastjson

#endif
