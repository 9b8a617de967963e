/* Numbers as Python prints them, and paths as Python's str.format makes them:
 * "{epoch:02d}-{val_loss:.2f}.npz". */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "callbacks/callbacks.h"
#include "runtime/number.h"

/* Python writes magnitudes from 1e15 on in its own way, which no loss or rate needs. */
const char *cn_python_print(double number, cn_python_text *text)
{
    cn_number_text shortest;
    const char *digits = isnan(number) ? "nan" : cn_number_print(number, false, &shortest);
    const bool whole = strpbrk(digits, ".en") == NULL;
    (void)snprintf(text->text, sizeof text->text, "%s%s", digits, whole ? ".0" : "");
    return text->text;
}

/* ---- reading a format ------------------------------------------------------------------------ */

/* {name:0width.precision type}; precision -1: not given; type 0: not given. */
struct field {
    const char *name;
    size_t name_length;
    bool zeros;
    int width, precision;
    char type;
};

static bool read_digits(const char **at, int *number)
{
    const char *start = *at;
    *number = 0;
    for (; isdigit((unsigned char)**at); (*at)++)
        if (*number < 1000)
            *number = *number * 10 + (**at - '0');
    return *at > start && *number < 100;
}

static bool read_spec(const char **at, struct field *field)
{
    if (**at == '0') {
        field->zeros = true;
        (*at)++;
    }
    if (isdigit((unsigned char)**at) && !read_digits(at, &field->width))
        return false;
    if (**at == '.') {
        (*at)++;
        if (!read_digits(at, &field->precision))
            return false;
    }
    if (**at != '\0' && strchr("dfFeEgG%", **at) != NULL)
        field->type = *(*at)++;
    return field->precision < 0 || (field->type != 0 && field->type != 'd');
}

/* Reads what follows a brace, up to and with the closing one. */
static bool read_field(const char **at, struct field *field)
{
    *field = (struct field){.name = *at, .precision = -1};
    *at += strcspn(*at, "{}:[]!");
    field->name_length = (size_t)(*at - field->name);
    if (**at == ':') {
        (*at)++;
        if (!read_spec(at, field))
            return false;
    }
    if (**at != '}' || field->name_length == 0)
        return false;
    (*at)++;
    return true;
}

/* The next piece: a field, or one character of text. */
static cn_status next_piece(const char *who, const char *format, const char **at,
                            struct field *field, char *text)
{
    *text = **at;
    (*at)++;
    field->name = NULL;
    if (*text != '{' && *text != '}')
        return CN_OK;
    if (**at == *text) {
        (*at)++;
        return CN_OK;
    }
    CN_CHECK(*text == '{' && read_field(at, field),
             "%s: \"%s\" is no path: values in it look like {epoch}, {epoch:02d} or {val_loss:.2f}",
             who, format);
    return CN_OK;
}

static bool is_called(const struct field *field, const char *name)
{
    return strlen(name) == field->name_length && memcmp(field->name, name, field->name_length) == 0;
}

static cn_status check_field(const char *who, const char *format, const struct field *field,
                             bool has_batch)
{
    const bool batch = is_called(field, "batch"), whole = batch || is_called(field, "epoch");
    CN_CHECK(has_batch || !batch,
             "%s: \"%s\": {batch} is only known if save_freq is a number of batches", who, format);
    CN_CHECK(whole || field->type != 'd',
             "%s: \"%s\": %.*s is not a whole number: use a format such as .2f", who, format,
             (int)field->name_length, field->name);
    return CN_OK;
}

cn_status cn_path_check(const char *who, const char *format, bool has_batch)
{
    struct field field;
    char text;
    for (const char *at = format; *at != '\0';) {
        CN_TRY(next_piece(who, format, &at, &field, &text));
        if (field.name != NULL)
            CN_TRY(check_field(who, format, &field, has_batch));
    }
    return CN_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

enum { LONGEST = 512 };

/* The decimal point of the locale, which is the only thing that is neither letter, digit nor sign,
 * as a point. */
static void use_point(char *text)
{
    size_t n = 0;
    while (isalnum((unsigned char)text[n]) || text[n] == '-' || text[n] == '+')
        n++;
    if (text[n] == '\0')
        return;
    text[n] = '.';
    size_t rest = n + 1;
    while (text[rest] != '\0' && !isalnum((unsigned char)text[rest]))
        rest++;
    memmove(text + n + 1, text + rest, strlen(text + rest) + 1);
}

static void print_real(const struct field *field, double value, char *text)
{
    const int precision = field->precision < 0 ? 6 : field->precision;
    switch (field->type) {
    case 'e': (void)snprintf(text, LONGEST, "%.*e", precision, value); break;
    case 'E': (void)snprintf(text, LONGEST, "%.*E", precision, value); break;
    case 'g': (void)snprintf(text, LONGEST, "%.*g", precision, value); break;
    case 'G': (void)snprintf(text, LONGEST, "%.*G", precision, value); break;
    case '%': (void)snprintf(text, LONGEST, "%.*f", precision, value * 100); break;
    case 'F':
    case 'f': (void)snprintf(text, LONGEST, "%.*f", precision, value); break;
    default: (void)strcpy(text, cn_python_print(value, &(cn_python_text){{0}})); break;
    }
    if (isnan(value))
        (void)strcpy(text, "nan");
    use_point(text);
    if (field->type == '%')
        (void)strcat(text, "%");
}

/* Fills up to the width: with spaces, or with zeros behind the sign. */
static char *pad(const struct field *field, const char *text, cn_arena *memory)
{
    const int length = (int)strlen(text),
              missing = field->width > length ? field->width - length : 0;
    const int sign = field->zeros && text[0] == '-';
    char filling[128];
    memset(filling, field->zeros ? '0' : ' ', (size_t)missing);
    return cn_arena_format(memory, "%.*s%.*s%s", sign, text, missing, filling, text + sign);
}

static cn_status unknown_value(const char *who, const char *format, const struct field *field,
                               const cn_event *event)
{
    char known[512] = "epoch";
    for (int64_t i = 0; i < event->count; i++) {
        const size_t at = strlen(known);
        (void)snprintf(known + at, sizeof known - at, ", %s", event->names[i]);
    }
    return cn_fail(CN_INVALID, "%s: \"%s\": there is no value {%.*s}; there are: %s", who, format,
                   (int)field->name_length, field->name, known);
}

static cn_status format_field(const char *who, const char *format, const struct field *field,
                              const cn_path_values *values, cn_arena *memory, char **result)
{
    char text[LONGEST], name[256];
    double value;
    const bool epoch = is_called(field, "epoch"),
               batch = is_called(field, "batch") && values->batch > 0;
    (void)snprintf(name, sizeof name, "%.*s", (int)field->name_length, field->name);
    if (epoch || batch)
        value = (double)(epoch ? values->epoch : values->batch);
    else if (!cn_event_find(values->event, name, &value))
        return unknown_value(who, format, field, values->event);
    if ((epoch || batch) && (field->type == 'd' || field->type == 0))
        (void)snprintf(text, sizeof text, "%" PRId64, (int64_t)value);
    else
        print_real(field, value, text);
    *result = pad(field, text, memory);
    CN_CHECK_MEMORY(*result);
    return CN_OK;
}

cn_status cn_path_format(const char *who, const char *format, const cn_path_values *values,
                         cn_arena *memory, char **path)
{
    struct field field;
    char text[2] = "";
    *path = cn_arena_text(memory, "");
    CN_CHECK_MEMORY(*path);
    for (const char *at = format; *at != '\0';) {
        char *piece = text;
        CN_TRY(next_piece(who, format, &at, &field, &text[0]));
        if (field.name != NULL)
            CN_TRY(format_field(who, format, &field, values, memory, &piece));
        *path = cn_arena_format(memory, "%s%s", *path, piece);
        CN_CHECK_MEMORY(*path);
    }
    return CN_OK;
}
