/* The macros behind keyword arguments, lists and dictionaries. Users need only CN_LIST, CN_DICT and
 * CN_NONE. */
#ifndef CORNU_KEYWORDS_H
#define CORNU_KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined _WIN32
#define CN_API
#else
#define CN_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
#define CN_BEGIN_DECLS extern "C" {
#define CN_END_DECLS }
#else
#define CN_BEGIN_DECLS
#define CN_END_DECLS
#endif

CN_BEGIN_DECLS

/* Most axes a shape can have. */
#define CN_MAX_RANK 8

/* Most entries of a list that is written inside an argument struct (metrics, callbacks,
 * losses...). */
#define CN_MAX_LIST 32

/* An unknown dimension (Keras's None), and an integer argument that was not given. */
#define CN_NONE (-1)

/* A real argument that was not given: Keras's None. Test with isnan(). */
#define CN_UNSET (__builtin_nan(""))

/* A tensor, layer, model, array, sequences or samples that a list or dictionary may hold. */
typedef struct cn_tensor cn_tensor;
typedef struct cn_layer cn_layer;
/* a model is a layer: it can be called, nested and shared like one */
typedef struct cn_layer cn_model;
typedef struct cn_array cn_array;
typedef struct cn_sequences cn_sequences;
typedef struct cn_samples cn_samples;

/* One entry of CN_DICT: {"name", item}. */
typedef struct cn_item {
    const char *name;
    const void *item;
} cn_item;

/* One item, a list of items, or a dictionary of items by name; items are tensors, arrays,
 * sequences or samples. It borrows everything, and is only an argument: nothing keeps it after the
 * call. */
typedef struct cn_items {
    const void *one;
    const void *const *list; /* ended by CN_END */
    const cn_item *dict;     /* ended by an entry without a name */
} cn_items;

/* The end of a list of pointers. NULL cannot be that: it stands for an object that could not be
 * made. */
extern CN_API const char cn_end_of_list;
#define CN_END ((const void *)&cn_end_of_list)

/* CN_LIST(a, b, c): several tensors or arrays, in order. */
#define CN_LIST(...) ((cn_items){.list = (const void *const[]){__VA_ARGS__, CN_END}})

/* CN_DICT({"name", a}, {"other", b}): several tensors or arrays, by name. */
#define CN_DICT(...) ((cn_items){.dict = (const cn_item[]){__VA_ARGS__, {NULL, NULL}}})

/* CN_NUMBERS(1, 2.5): a list of numbers, however long. It borrows them. */
typedef struct cn_numbers {
    int64_t count;
    const double *items;
} cn_numbers;
#define CN_NUMBERS(...)                                                                            \
    ((cn_numbers){.count = sizeof((const double[]){__VA_ARGS__}) / sizeof(double),                 \
                  .items = (const double[]){__VA_ARGS__}})

/* CN_TEXTS("one text", "another"): a list of texts, each ended by 0. It borrows everything. */
typedef struct cn_texts {
    int64_t count;
    const char *const *items;
} cn_texts;
#define CN_TEXTS(...)                                                                              \
    ((cn_texts){.count = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *),        \
                .items = (const char *const[]){__VA_ARGS__}})

/* What _Generic calls for one array or tensor, a list or a dictionary. */
static inline cn_items cn_items_one_(const void *item)
{
    cn_items items = {item, NULL, NULL};
    return items;
}
static inline cn_items cn_items_same_(cn_items items)
{
    return items;
}

#ifndef __cplusplus
#define CN_ITEMS_(x)                                                                               \
    _Generic((x),                                                                                  \
        cn_items: cn_items_same_,                                                                  \
        cn_tensor *: cn_items_one_,                                                                \
        cn_array *: cn_items_one_,                                                                 \
        const cn_array *: cn_items_one_,                                                           \
        cn_sequences *: cn_items_one_,                                                             \
        const cn_sequences *: cn_items_one_,                                                       \
        cn_samples *: cn_items_one_,                                                               \
        const cn_samples *: cn_items_one_,                                                         \
        void *: cn_items_one_)(x)

/* Calls function with a struct of keyword arguments. The later of two initializers of one field
 * wins, which is how a default is replaced; the pragmas silence the warnings about exactly that, in
 * this expression only. */
#if defined __clang__
#define CN_QUIET_                                                                                  \
    _Pragma("clang diagnostic ignored \"-Winitializer-overrides\"")                                \
        _Pragma("clang diagnostic ignored \"-Wgnu-statement-expression\"")                         \
            _Pragma("clang diagnostic ignored \"-Wgnu-empty-initializer\"")
#else
#define CN_QUIET_ _Pragma("GCC diagnostic ignored \"-Woverride-init\"")
#endif

#define CN_KEYWORDS_(function, type, ...)                                                          \
    __extension__({                                                                                \
        _Pragma("GCC diagnostic push")                                                             \
            CN_QUIET_ _Pragma("GCC diagnostic ignored \"-Wmissing-braces\"")                       \
                _Pragma("GCC diagnostic ignored \"-Wmissing-field-initializers\"")                 \
                    _Pragma("GCC diagnostic ignored \"-Wpedantic\"")                               \
                        _Pragma("GCC diagnostic ignored \"-Wshadow\"")                             \
                            const type keywords_ = {__VA_ARGS__};                                  \
        const char braces_[] = {0}; /* gcc would warn of lists behind the pragmas' end */          \
        (void)braces_;                                                                             \
        _Pragma("GCC diagnostic pop") function(&keywords_);                                        \
    })

/* The same where even the first argument is optional: cn_l2(), cn_l2(0.1) and cn_l2(.l2 = 0.1) all
 * work. The struct's first member is `char begin_`, without meaning; naming it last makes what
 * follows without a name go to the members behind it, in their order, and after a last comma there
 * may be nothing at all. */
#define CN_OPTIONAL_KEYWORDS_(function, type, defaults, ...)                                       \
    CN_KEYWORDS_(function, type, defaults, .begin_ = 0, __VA_ARGS__)

/* The first, second and third argument, and the ones behind them. A call site appends fillers so
 * that there always are some; .end_ is a field without meaning in every argument struct, which
 * takes the last filler. */
#define CN_FIRST_(a, ...) a
#define CN_SECOND_(a, b, ...) b
#define CN_THIRD_(a, b, c, ...) c
#define CN_AFTER_1_(a, ...) __VA_ARGS__
#define CN_AFTER_2_(a, b, ...) __VA_ARGS__
#define CN_AFTER_3_(a, b, c, ...) __VA_ARGS__
#endif

CN_END_DECLS

#endif
