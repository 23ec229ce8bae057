#ifndef TRADEUL_CCURL_H
#define TRADEUL_CCURL_H

// libcurl for Swift. Swift cannot call variadic C functions, so each kind of option value gets a typed wrapper;
// everything else of libcurl imports as it is. No feature-test macros here: in a public header they break debug builds
// of importers.

#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

typedef size_t (*ccurl_data_fn)(char *data, size_t size, size_t count, void *context);
typedef int (*ccurl_progress_fn)(
    void *context, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now
);

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl copies the string, except for CURLOPT_POSTFIELDS, which nobody here uses.
static inline CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

// The list must outlive the transfer.
static inline CURLcode ccurl_set_headers(CURL *handle, struct curl_slist *list) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list);
}

// `buffer` has at least CURL_ERROR_SIZE bytes and must outlive the handle's use.
static inline CURLcode ccurl_set_error_buffer(CURL *handle, char *buffer) {
    return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}

// One context for the three callbacks: body bytes (decoded), header lines, progress (bytes on the wire).
static inline CURLcode ccurl_set_callbacks(
    CURL *handle, ccurl_data_fn body, ccurl_data_fn header, ccurl_progress_fn progress, void *context
) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, header);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    return code;
}

// Goes on with a transfer whose body callback has returned CURL_WRITEFUNC_PAUSE; the bytes it held back come at once.
static inline CURLcode ccurl_resume(CURL *handle) { return curl_easy_pause(handle, CURLPAUSE_CONT); }

// 0 when libcurl does not know.
static inline long ccurl_get_long(CURL *handle, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

// 0 when libcurl does not know.
static inline curl_off_t ccurl_get_offset(CURL *handle, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

// The socket of a handle that only connects, or CURL_SOCKET_BAD. libcurl writes an int, not a long.
static inline curl_socket_t ccurl_get_socket(CURL *handle) {
    curl_socket_t value = CURL_SOCKET_BAD;
    return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &value) == CURLE_OK ? value : CURL_SOCKET_BAD;
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// 1 and the finished handle and its result, or 0 when no transfer has finished.
static inline int ccurl_next_done(CURLM *multi, CURL **handle, CURLcode *result) {
    int left = 0;
    CURLMsg *message = curl_multi_info_read(multi, &left);
    while (message != NULL && message->msg != CURLMSG_DONE) message = curl_multi_info_read(multi, &left);
    if (message == NULL) return 0;
    *handle = message->easy_handle;
    *result = message->data.result;
    return 1;
}

#endif
