// The yardsticks: the least code that reads the same fields of a snapshot, and of a frame of events, with simdjson
// On-Demand, by the library's own iteration, without a check, a column or a symbol table.

#include "Stream.hpp"

#include <limits>

using namespace fastjson;

namespace {

// A bit per wanted letter: the yardstick must not lose time on finding out what it wants.
constexpr uint64_t letters(std::string_view wanted) {
    uint64_t mask = 0;
    for (char c : wanted) mask |= uint64_t(1) << (c & 63);
    return mask;
}

// Reads the members whose key is one of the letters of `single`, or has more letters and starts with one of `longer`.
double sum_members(od::object object, uint64_t single, uint64_t longer = 0) {
    double sum = 0;
    for (auto member : object) {
        od::raw_json_string key = member.key();
        const char first = key.raw()[0];
        const uint64_t wanted = key.raw()[1] == '"' ? single : longer;
        if (wanted >> (first & 63) & 1) {
            double number;
            od::value value = member.value();
            if (first == 't') {
                int64_t time;
                if (value.get_int64().get(time) == simdjson::SUCCESS) sum += double(time & 0xFFFF);
            } else if (value.get_double().get(number) == simdjson::SUCCESS) {
                sum += number;
            }
        }
    }
    return sum;
}

double pass(fastjson_decoder &decoder, const uint8_t *body, size_t length) {
    simdjson::padded_string_view view(body, length, length + FASTJSON_PADDING);
    double sum = 0;
    od::document document = decoder.parser.iterate(view);
    for (od::object ticker : document["tickers"].get_array()) {
        for (auto member : ticker) {
            const od::raw_json_string key = member.key();
            if (key == "ticker") {
                std::string_view symbol = member.value().get_string();
                sum += double(symbol.size());
            } else if (key == "day") {
                sum += sum_members(member.value(), letters("ohlcv"), letters("v"));
            } else if (key == "min") {
                sum += sum_members(member.value(), letters("hlcvt"), letters("a"));
            } else if (key == "prevDay") {
                sum += sum_members(member.value(), letters("cv"));
            } else if (key == "lastTrade") {
                sum += sum_members(member.value(), letters("pt"));
            } else if (key == "lastQuote") {
                sum += sum_members(member.value(), letters("pPt"));
            } else if (key == "updated") {
                int64_t time = member.value();
                sum += double(time & 0xFFFF);
            }
        }
    }
    return sum;
}

// Numbers by their letters, texts by their length, times exactly; what an event holds beside them is passed over.
double sum_event(od::object event) {
    constexpr uint64_t numbers = letters("psxqvohlcae");
    double sum = 0;
    for (auto member : event) {
        const char *key = member.key().raw();
        od::value value = member.value();
        double number;
        int64_t time;
        std::string_view text;
        if (key[0] == 't' && key[1] == '"') {
            if (value.get_int64().get(time) == simdjson::SUCCESS) sum += double(time & 0xFFFF);
        } else if (key[0] == 'e' && key[1] == 'v') {
            if (value.get_string().get(text) == simdjson::SUCCESS) sum += double(text.size());
        } else if (key[0] == 'd' || key[0] == 'T' || key[0] == 'i' || (key[0] == 's' && key[1] == 'y')) {
            if (value.get_string().get(text) == simdjson::SUCCESS) sum += double(text.size());
        } else if (key[1] == '"' ? (numbers >> (key[0] & 63) & 1) != 0 : key[0] == 'b' || key[0] == 'a' || key[0] == 'o') {
            if (value.get_double().get(number) == simdjson::SUCCESS) sum += number;
        }
    }
    return sum;
}

double frame_pass(fastjson_stream &stream, const uint8_t *frame, size_t length) {
    simdjson::padded_string_view view(frame, length, length + FASTJSON_PADDING);
    double sum = 0;
    od::document document = stream.parser.iterate(view);
    for (od::object event : document.get_array()) sum += sum_event(event);
    return sum;
}

}  // namespace

double fastjson_bare_frame_pass(fastjson_stream *stream, const uint8_t *frame, size_t length) {
    try {
        return frame_pass(*stream, frame, length);
    } catch (...) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}

double fastjson_bare_pass(fastjson_decoder *decoder, const uint8_t *body, size_t length) {
    try {
        return pass(*decoder, body, length);
    } catch (...) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}
