/* Windows of signals: sums of cosines that have names, or lists of numbers. */
#include <math.h>
#include <string.h>

#include "initializers/initializers.h"

static const double pi = 3.14159265358979323846;

/* A sum of cosines with these coefficients. */
struct window {
    const char *name;
    double constant, first, second;
};

static const struct window windows[] = {
    {"hann", 0.5, -0.5, 0},   {"hamming", 0.54, -0.46, 0}, {"blackman", 0.42, -0.5, 0.08},
    {"rectangular", 1, 0, 0}, {"boxcar", 1, 0, 0},         {NULL, 1, 0, 0},
};

static const struct window *find_window(const char *name)
{
    const struct window *window = windows;
    while (window->name != NULL && (name == NULL || strcmp(window->name, name) != 0))
        window++;
    return window;
}

static double window_at(const struct window *window, int64_t t, int64_t length, bool periodic)
{
    const double period = (double)(periodic ? length : length - 1);
    const double angle = period == 0 ? pi : 2 * pi * (double)t / period;
    return window->constant + window->first * cos(angle) + window->second * cos(2 * angle);
}

bool cn_window_is_list(const char *window)
{
    return window != NULL && (window[0] == '[' || window[0] == '{');
}

/* The numbers in a text: a list, or Keras's record of an array. */
static cn_status read_list(const json_t *json, int64_t length, double *values)
{
    const json_t *list =
        json_is_object(json) ? json_object_get(json_object_get(json, "config"), "value") : json;
    CN_CHECK(json_is_array(list), "a window must be a name or a list of numbers");
    CN_CHECK((int64_t)json_array_size(list) == length,
             "a window of %d numbers is needed, the list has %d", (int)length,
             (int)json_array_size(list));
    for (int64_t i = 0; i < length; i++) {
        const json_t *item = json_array_get(list, (size_t)i);
        CN_CHECK(json_is_number(item), "number %d of a window is none", (int)i);
        values[i] = cn_json_number(item);
    }
    return CN_OK;
}

cn_status cn_window_values(const char *window, bool periodic, int64_t length, double *values)
{
    json_error_t error;
    if (!cn_window_is_list(window)) {
        for (int64_t t = 0; t < length; t++)
            values[t] = window_at(find_window(window), t, length, periodic);
        return CN_OK;
    }
    json_t *json = cn_json_load(window, strlen(window), 0, &error);
    cn_status status = json == NULL ? cn_json_failure(CN_INVALID, "a window", &error)
                                    : read_list(json, length, values);
    json_decref(json);
    return status;
}

cn_status cn_window_check(const char *window)
{
    CN_CHECK(
        window == NULL || cn_window_is_list(window) || find_window(window)->name != NULL,
        "window must be hann, hamming, blackman, rectangular, a list of numbers or absent, not %s",
        window);
    return CN_OK;
}
