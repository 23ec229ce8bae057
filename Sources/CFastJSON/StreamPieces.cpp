// The elements of a frame one by one, for frames that are not JSON as a whole.

#include "Stream.hpp"

#include <algorithm>

namespace fastjson {

namespace {

// Events are two levels deep; one that is deeper than this has lost its brackets.
constexpr unsigned depth_max = 64;
// How often each byte of a frame is looked at, on average, before the rest of it is given up.
constexpr size_t looks_max = 16;

class Pieces {
public:
    Pieces(fastjson_stream &stream, const uint8_t *frame, size_t length, size_t at)
        : stream(stream), frame(frame), length(length), at(at), looks(looks_max * (length + 1024)) {}

    // Reads elements up to the end of the array, or a single one.
    void read(bool skips_first, bool is_array) {
        bool is_first = true;
        while (true) {
            skip_blanks(is_array);
            if (at >= length || looks == 0) break;
            if (is_array && frame[at] == ']') {
                at++;
                skip_blanks(false);
                if (at < length) stream.bad_frames++;
                return;
            }
            if (!is_array && !is_first) break;
            take_piece(is_array, is_first && skips_first);
            is_first = false;
        }
        // An array that is not closed, or something behind a single event.
        if (is_array || at < length) stream.bad_frames++;
    }

private:
    fastjson_stream &stream;
    const uint8_t *frame;
    const size_t length;
    size_t at;
    size_t looks;

    static bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

    void skip_blanks(bool and_commas) {
        while (at < length && (is_space(frame[at]) || (and_commas && frame[at] == ','))) at++;
    }

    void take_piece(bool is_array, bool is_counted) {
        const size_t first = at;
        const bool is_object = frame[first] == '{';
        const bool is_nested = is_object || frame[first] == '[';
        const size_t end = is_nested ? closing(first) : end_of_scalar(first);
        at = end != 0 ? end : next_start(first, is_array);
        if (end == 0 && !is_array) stream.bad_frames++;
        if (is_counted) return;
        if (end == 0 || !is_object || !parse(first, end)) stream.malformed++;
    }

    // Reads one object; false when its JSON is broken.
    bool parse(size_t first, size_t end) {
        const size_t size = end - first;
        stream.padded.assign(frame + first, frame + end);
        stream.padded.resize(size + FASTJSON_PADDING, 0);
        Cursor cursor;
        if (!stream.scan(stream.padded.data(), size, cursor)) return false;
        return read_element(cursor, stream);
    }

    // Where the object or array that begins at `first` ends; 0 when its brackets or quotes do not match.
    size_t closing(size_t first) {
        uint64_t is_object = 0;
        unsigned depth = 0;
        for (size_t place = first; place < length && looks > 0; place++) {
            looks--;
            switch (frame[place]) {
            case '"':
                place = end_of_string(place);
                if (place == 0) return 0;
                place--;
                break;
            case '{': case '[':
                if (depth == depth_max) return 0;
                is_object = is_object << 1 | (frame[place] == '{' ? 1 : 0);
                depth++;
                break;
            case '}': case ']':
                if ((is_object & 1) != (frame[place] == '}' ? 1 : 0)) return 0;
                is_object >>= 1;
                if (--depth == 0) return place + 1;
                break;
            default: break;
            }
        }
        return 0;
    }

    // The place behind the string that begins at `first`; 0 when it does not end.
    size_t end_of_string(size_t first) {
        for (size_t place = first + 1; place < length && looks > 0; place++) {
            looks--;
            if (frame[place] == '\\') {
                place++;
            } else if (frame[place] == '"') {
                return place + 1;
            }
        }
        return 0;
    }

    // The place behind something that is no object: a string, a number, or what is not JSON at all.
    size_t end_of_scalar(size_t first) {
        if (frame[first] == '"') return end_of_string(first);
        size_t place = first + 1;
        while (place < length && frame[place] != ',' && frame[place] != ']' && frame[place] != '{') place++;
        return place;
    }

    // Where the next element begins after one without an end: behind "},", before "{". Else the end of the array or of
    // the frame.
    size_t next_start(size_t first, bool is_array) {
        for (size_t place = first + 1; is_array && place < length && looks > 0; place++) {
            looks--;
            if (frame[place] != '}') continue;
            size_t next = place + 1;
            while (next < length && is_space(frame[next])) next++;
            if (next == length || frame[next] != ',') continue;
            next++;
            while (next < length && is_space(frame[next])) next++;
            if (next < length && frame[next] == '{') return next;
        }
        size_t end = length;
        while (end > first + 1 && is_space(frame[end - 1])) end--;
        return is_array && end > first + 1 && frame[end - 1] == ']' ? end - 1 : length;
    }
};

}  // namespace

void read_pieces(
    fastjson_stream &stream, const uint8_t *frame, size_t length, size_t at, bool skips_first, bool is_array
) {
    Pieces(stream, frame, length, at).read(skips_first, is_array);
}

}  // namespace fastjson
