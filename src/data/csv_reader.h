/* The fields of a CSV text, row by row (RFC 4180). The text itself is not changed. */
#ifndef CORNU_DATA_CSV_READER_H
#define CORNU_DATA_CSV_READER_H

#include "runtime/memory.h"

typedef struct cn_csv_field {
    const char *text; /* without the quotes around it; inside quotes, two stand for one */
    size_t length;
    bool quoted;
} cn_csv_field;

typedef struct cn_csv_reader {
    const char *path; /* for messages */
    const char *at, *end;
    char separator, quote; /* quote 0: none */
    int64_t line;          /* of at, from 1 */
    cn_csv_field *fields;  /* the latest row's */
    int64_t count, capacity;
    int64_t row_line; /* the line where the latest row began */
} cn_csv_reader;

/* Reads the next row that is not blank; *more is false at the end. reader->fields is released by
 * the caller. */
cn_status cn_csv_next(cn_csv_reader *reader, bool *more);

/* Skips whole lines, whatever they hold. */
void cn_csv_skip_lines(cn_csv_reader *reader, int64_t lines);

/* The field's text with doubled quotes made single, of *length bytes. It lies in the field or, if
 * it had to be changed, in the arena. NULL if memory ran out. */
const char *cn_csv_unquote(const cn_csv_field *field, char quote, cn_arena *arena, size_t *length);

#endif
