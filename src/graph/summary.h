/* The summary as a table of rows, which two styles print. */
#ifndef CORNU_GRAPH_SUMMARY_H
#define CORNU_GRAPH_SUMMARY_H

#include "graph/graph.h"

/* One layer. Texts live as long as the table. */
typedef struct cn_summary_row {
    const char *name, *class_name, *shape;
    int64_t params;           /* -1: not built */
    const char **connections; /* "dense_1[0][0]" */
    int64_t n_connections;
    int level;      /* how deep inside nested models */
    char trainable; /* 'Y', 'N', or '-' for a layer without weights */
} cn_summary_row;

/* Elements and bytes of some weights. */
typedef struct cn_summary_size {
    int64_t elements, bytes;
} cn_summary_size;

typedef struct cn_summary_table {
    const char *name; /* the model's */
    bool chain;       /* one layer behind the other: no column of connections */
    bool show_trainable;
    cn_summary_row *rows;
    int64_t n_rows, capacity;
    cn_summary_size trainable, frozen, optimizer;
    bool has_optimizer;
    int64_t line_length; /* CN_NONE: the style's own */
    int64_t columns;     /* of the terminal */
    bool colours;
} cn_summary_table;

/* Text that grows. */
typedef struct cn_text {
    char *data; /* ends in '\0'; NULL while empty */
    int64_t length, capacity;
} cn_text;

cn_status cn_text_add(cn_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* 1234567 as "1,234,567". */
typedef struct cn_count_text {
    char text[32];
} cn_count_text;
const char *cn_count_print(int64_t count, cn_count_text *text);
#define cn_count_str(count) cn_count_print((count), &(cn_count_text){{0}})

/* Bytes of the first `count` characters of UTF-8 text, or of all if there are fewer; and how many
 * there are. */
size_t cn_utf8_bytes(const char *text, int64_t count);
int64_t cn_utf8_length(const char *text);

/* Print a table as Keras 2.2 and Keras 3 do; lines end in '\n'. */
cn_status cn_summary_keras2(const cn_summary_table *table, cn_text *text);
cn_status cn_summary_keras3(const cn_summary_table *table, cn_text *text);

#endif
