/* Every class of every list: its names, its record there and back, and a nearest name for a
 * misspelt one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "activations/activations.h"
#include "callbacks/callbacks.h"
#include "constraints/constraints.h"
#include "initializers/initializers.h"
#include "layers/layers.h"
#include "losses/losses.h"
#include "metrics/metrics.h"
#include "optimizers/optimizers.h"
#include "regularizers/regularizers.h"

static const cn_classes layers = {"layer", cn_layer_classes, NULL};
static const cn_classes *const kinds[] = {&cn_activation_classes,
                                          &cn_callback_classes,
                                          &cn_constraint_classes,
                                          &cn_initializer_classes,
                                          &layers,
                                          &cn_loss_classes,
                                          &cn_metric_classes,
                                          &cn_optimizer_classes,
                                          &cn_regularizer_classes,
                                          &cn_schedule_classes};

static cn_arena memory;

/* Calls visit for each class of each kind; there are some of each. */
static void for_all(void (*visit)(const cn_classes *kind, const cn_class *class))
{
    cn_clear_error();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_non_null(kinds[i]->list[0]);
        for (const cn_class *const *class = kinds[i]->list; *class != NULL; class ++)
            visit(kinds[i], *class);
    }
    cn_arena_free(&memory);
    cn_clear_session();
}

static void expect_class(const cn_classes *kind, const char *name, const cn_class *class)
{
    cn_object object;
    if (cn_object_parse(kind, name, &memory, &object) != CN_OK)
        fail_msg("%s \"%s\": %s", kind->kind, name, cn_error());
    if (object.class != class)
        fail_msg("%s \"%s\" is %s, not %s", kind->kind, name, object.class->name, class->name);
}

static void check_names(const cn_classes *kind, const cn_class *class)
{
    expect_class(kind, class->name, class);
    expect_class(kind, cn_snake_case(&memory, class->name), class);
    for (const char *const *alias = class->aliases; alias != NULL && *alias != NULL; alias++)
        expect_class(kind, *alias, class);
}

static void test_names(void **state)
{
    (void)state;
    for_all(check_names);
}

/* Whatever the field's kind: another value than the default. */
static void disturb(const cn_field *field, char *args)
{
    void *member = args + field->offset;
    switch (field->kind) {
    case CN_FIELD_BOOL: *(bool *)member = !*(bool *)member; break;
    case CN_FIELD_INT: *(int64_t *)member = 1; break;
    case CN_FIELD_REAL: *(double *)member = field->flags & CN_FIELD_WHOLE ? 3 : 1.0 / 3; break;
    case CN_FIELD_TEXT: *(const char **)member = "text"; break;
    case CN_FIELD_OBJECT:
        *(const char **)member = cn_field_is_dictionary(field) ? "{\"key\":1}" : "identifier";
        break;
    case CN_FIELD_DIMS: memcpy(member, (const int64_t[]){2, 1, 0}, 3 * sizeof(int64_t)); break;
    case CN_FIELD_REALS:
        memcpy(member, (const double[]){0.1, 1, CN_UNSET}, 3 * sizeof(double));
        break;
    default: break;
    }
}

static void check_one_record(const cn_classes *kind, const cn_class *class, bool disturbed)
{
    static const char *const no_keys[] = {NULL};
    char *args = cn_arena_copy(&memory, class->defaults, class->args_size);
    void *back = NULL;
    cn_class unchecked = *class;
    unchecked.check = NULL;
    for (const cn_field *field = class->fields; disturbed && field != NULL && field->name != NULL;
         field++)
        if (!(field->flags & CN_FIELD_HIDDEN))
            disturb(field, args);
    json_t *config = cn_args_json(class, args);
    if (cn_args_parse(&unchecked, class->name, config, no_keys, &memory, &back) != CN_OK)
        fail_msg("%s %s: its own config is refused: %s", kind->kind, class->name, cn_error());
    if (class->fields != NULL && !cn_fields_equal(class->fields, args, back)) {
        char *text = json_dumps(config, 0);
        print_error("%s %s does not survive %s\n", kind->kind, class->name, text);
        free(text);
        fail();
    }
    json_t *again = cn_args_json(class, back);
    if (!json_equal(config, again))
        fail_msg("%s %s: the config is another one the second time", kind->kind, class->name);
    json_decref(again);
    json_decref(config);
}

static void check_record(const cn_classes *kind, const cn_class *class)
{
    assert_non_null(class->module);
    if (class->check == NULL ||
        class->check(class->defaults) == CN_OK) /* otherwise something must be given */
        check_one_record(kind, class, false);
    cn_clear_error();
    check_one_record(kind, class, true);
}

static void test_records(void **state)
{
    (void)state;
    for_all(check_record);
}

/* One letter more: the message suggests a name that works. */
static void check_misspelt(const cn_classes *kind, const cn_class *class)
{
    cn_object object;
    char *wrong = cn_arena_format(&memory, "%sq", class->name), *mark, *end;
    cn_clear_error();
    if (cn_object_parse(kind, wrong, &memory, &object) != CN_INVALID)
        fail_msg("%s \"%s\" is accepted", kind->kind, wrong);
    mark = strstr(cn_error(), "did you mean \"");
    if (mark == NULL)
        fail_msg("%s: no suggestion: %s", wrong, cn_error());
    char *suggested = cn_arena_text(&memory, mark + strlen("did you mean \""));
    end = strchr(suggested, '"');
    assert_non_null(end);
    *end = '\0';
    cn_clear_error();
    if (cn_object_parse(kind, suggested, &memory, &object) != CN_OK)
        fail_msg("%s: suggests \"%s\", which does not exist", wrong, suggested);
}

static void test_misspelt(void **state)
{
    (void)state;
    for_all(check_misspelt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_misspelt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
