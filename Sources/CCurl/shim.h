// HTTP client library. Its options are variadic, which Swift cannot call: one typed shim for each kind of value.
#include <curl/curl.h>

typedef size_t (*segue_curl_data)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode segue_curl_set_number(CURL *handle, CURLoption option, long value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode segue_curl_set_size(CURL *handle, CURLoption option, curl_off_t value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode segue_curl_set_text(CURL *handle, CURLoption option, const char *value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode segue_curl_set_pointer(CURL *handle, CURLoption option, void *value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode segue_curl_set_data_callback(CURL *handle, CURLoption option, segue_curl_data value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline long segue_curl_get_number(CURL *handle, CURLINFO info)
{
    long value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

// Microseconds or bytes.
static inline curl_off_t segue_curl_get_size(CURL *handle, CURLINFO info)
{
    curl_off_t value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

// Owned by the handle; NULL where there is none.
static inline const char *segue_curl_get_text(CURL *handle, CURLINFO info)
{
    char *value = NULL;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : NULL;
}

static inline CURLMcode segue_curl_set_multi_number(CURLM *multi, CURLMoption option, long value)
{
    return curl_multi_setopt(multi, option, value);
}

// The next finished transfer and how it ended, or NULL; the library's message is a union.
static inline CURL *segue_curl_next_finished(CURLM *multi, CURLcode *result)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}
