/* Calls of operations, both ways: tensors and constants, by position or by name, and what else is
 * said with them. */
#include <string.h>

#include "records/calls.h"

/* ---- reading one argument -------------------------------------------------------------------- */

static cn_status read_one(cn_call_reader *reader, const char *what, const json_t *json)
{
    cn_tensor *tensor = NULL;
    if (cn_is_tensor_record(json))
        return cn_read_tensor(reader, json);
    if (!cn_is_constant_record(json))
        return cn_read_no_tensor(reader, what, json);
    CN_TRY(cn_constant_of_json(reader->layer->name, json, &tensor));
    return cn_read_add(reader, tensor);
}

static cn_status read_list(cn_call_reader *reader, const char *what, const json_t *json)
{
    if (!json_is_array(json))
        return read_one(reader, what, json);
    for (size_t i = 0; i < json_array_size(json); i++)
        CN_TRY(read_one(reader, what, json_array_get(json, i)));
    return CN_OK;
}

/* ---- arguments that the class names ---------------------------------------------------------- */

/* The class's member in the call of this name; otherwise the end of its fields. */
static const cn_field *member_in_call(const cn_operation_class *class, const char *name)
{
    const cn_field *field = class->layer.base.fields;
    while (field->name != NULL &&
           !((field->flags & CN_FIELD_IN_CALL) && strcmp(field->name, name) == 0))
        field++;
    return field;
}

static cn_status read_member(const cn_call_reader *reader, const cn_field *field,
                             const json_t *value)
{
    return cn_member_parse(reader->layer->name, field, value,
                           cn_session_arena(reader->layer->session),
                           (void *)(uintptr_t)reader->layer->args);
}

static cn_status read_argument(cn_call_reader *reader, int64_t number, const json_t *json)
{
    const cn_argument *argument = &reader->operation->arguments[number];
    const bool optional = (argument->flags & CN_ARGUMENT_OPTIONAL) != 0;
    if (argument->flags & CN_ARGUMENT_MEMBER)
        return json == NULL
                   ? cn_read_no_tensor(reader, argument->name, json)
                   : read_member(reader, member_in_call(reader->operation, argument->name), json);
    if (optional && (json == NULL || json_is_null(json))) {
        reader->call->options.absent |= 1u << number;
        return CN_OK;
    }
    return argument->flags & CN_ARGUMENT_LIST ? read_list(reader, argument->name, json)
                                              : read_one(reader, argument->name, json);
}

/* Several lists share what is theirs in equal parts, so none may be longer than another. */
static cn_status check_lists(const cn_call_reader *reader, const json_t *args)
{
    const json_t *before = NULL;
    for (size_t i = 0; reader->operation->arguments[i].name != NULL; i++) {
        const json_t *list = json_array_get(args, i);
        if ((reader->operation->arguments[i].flags & CN_ARGUMENT_LIST) == 0)
            continue;
        CN_CHECK(json_is_array(list) &&
                     (before == NULL || json_array_size(list) == json_array_size(before)),
                 "%s: %s must be a list, and all lists equally long", reader->layer->name,
                 reader->operation->arguments[i].name);
        before = list;
    }
    return CN_OK;
}

/* Members in the call, and that nothing else is said by name. */
static cn_status read_names(const cn_call_reader *reader, const json_t *kwargs)
{
    const char *key;
    json_t *value;
    if (reader->operation->other_names != NULL)
        return kwargs == NULL ? CN_OK : read_member(reader, reader->operation->other_names, kwargs);
    json_object_foreach((json_t *)(uintptr_t)kwargs, key, value)
    {
        const cn_argument *argument = reader->operation->arguments;
        const cn_field *field = member_in_call(reader->operation, key);
        while (argument != NULL && argument->name != NULL && strcmp(argument->name, key) != 0)
            argument++;
        const bool known = argument != NULL && argument->name != NULL;
        if (argument != NULL && field->name != NULL)
            CN_TRY(read_member(reader, field, value));
        else
            CN_CHECK(known || json_is_null(value), "%s: the argument %s is not known",
                     reader->layer->name, key);
    }
    return CN_OK;
}

static cn_status read_arguments(cn_call_reader *reader, const json_t *args, const json_t *kwargs)
{
    const cn_argument *arguments = reader->operation->arguments;
    size_t at = 0;
    CN_TRY(check_lists(reader, args));
    for (int64_t i = 0; arguments[i].name != NULL; i++) {
        const bool rest = (arguments[i].flags & CN_ARGUMENT_REST) != 0;
        for (; rest && at < json_array_size(args); at++)
            CN_TRY(read_one(reader, arguments[i].name, json_array_get(args, at)));
        const json_t *given = json_array_get(args, at++);
        if (!rest)
            CN_TRY(read_argument(
                reader, i, given == NULL ? json_object_get(kwargs, arguments[i].name) : given));
    }
    CN_CHECK(at >= json_array_size(args), "%s: got more than %d arguments", reader->layer->name,
             (int)at);
    return read_names(reader, kwargs);
}

/* ---- tensors one after the other ------------------------------------------------------------- */

/* Tensors and numbers first, then members of the operation's own. */
static cn_status read_in_order(cn_call_reader *reader, const json_t *args, const json_t *kwargs)
{
    const cn_field *field = reader->operation->layer.base.fields;
    const bool takes_list = reader->operation->takes_list;
    const size_t tensors = takes_list ? 1 : (size_t)reader->operation->layer.max_inputs;
    for (size_t i = 0; i < json_array_size(args); i++) {
        const json_t *arg = json_array_get(args, i);
        if (i < tensors) {
            CN_TRY(takes_list ? read_list(reader, "its input", arg)
                              : read_one(reader, "its input", arg));
            continue;
        }
        while (field->name != NULL && !(field->flags & CN_FIELD_IN_CALL))
            field++;
        CN_CHECK(field->name != NULL, "%s: got more than %d arguments", reader->layer->name,
                 (int)i);
        CN_TRY(read_member(reader, field++, arg));
    }
    return read_names(reader, kwargs);
}

cn_status cn_read_operation(cn_call_reader *reader, const json_t *args, const json_t *kwargs)
{
    CN_TRY(reader->operation->arguments != NULL ? read_arguments(reader, args, kwargs)
                                                : read_in_order(reader, args, kwargs));
    reader->call->options.n_inputs = reader->call->n;
    return CN_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Whether an argument is not given. */
static bool is_absent(const cn_node *node, uint32_t number)
{
    return node->options != NULL && (node->options->absent >> number & 1) != 0;
}

/* How long the lists of a call are. */
static int64_t length_of_lists(const cn_operation_class *class, const cn_node *node)
{
    int64_t left = node->n_inputs, lists = 0;
    for (uint32_t i = 0; class->arguments[i].name != NULL; i++)
        if (class->arguments[i].flags & CN_ARGUMENT_LIST)
            lists++;
        else if ((class->arguments[i].flags & CN_ARGUMENT_MEMBER) == 0)
            left -= !is_absent(node, i);
    return lists == 0 ? 0 : left / lists;
}

/* An argument's tensors, from *at on; null if it is not given. */
static json_t *argument_json(const cn_graph *graph, const cn_node *node, uint32_t number,
                             int64_t *at)
{
    const cn_operation_class *class = cn_operation_of(node->layer);
    const cn_argument *argument = &class->arguments[number];
    if (is_absent(node, number))
        return json_null();
    if (argument->flags & CN_ARGUMENT_MEMBER)
        return cn_member_json(member_in_call(class, argument->name), node->layer->args);
    if ((argument->flags & CN_ARGUMENT_LIST) == 0)
        return cn_tensor_json(graph, node->inputs[(*at)++]);
    json_t *list = json_array();
    for (int64_t i = length_of_lists(class, node); i > 0; i--)
        cn_json_append(&list, cn_tensor_json(graph, node->inputs[(*at)++]));
    return list;
}

json_t *cn_operation_args_json(const cn_graph *graph, const cn_node *node)
{
    const cn_operation_class *class = cn_operation_of(node->layer);
    json_t *args = json_array();
    int64_t at = 0;
    for (uint32_t i = 0; class->arguments != NULL && class->arguments[i].name != NULL; i++) {
        const int flags = class->arguments[i].flags;
        while ((flags & CN_ARGUMENT_REST) && at < node->n_inputs)
            cn_json_append(&args, cn_tensor_json(graph, node->inputs[at++]));
        if ((flags & (CN_ARGUMENT_REST | CN_ARGUMENT_NAMED)) == 0)
            cn_json_append(&args, argument_json(graph, node, i, &at));
    }
    if (class->arguments != NULL)
        return args;
    for (; at < node->n_inputs; at++)
        cn_json_append(&args, cn_tensor_json(graph, node->inputs[at]));
    if (class->takes_list)
        args = json_pack("[o]", args);
    for (const cn_field *field = class->layer.base.fields; field->name != NULL; field++)
        if (field->flags & CN_FIELD_IN_CALL)
            cn_json_append(&args, cn_member_json(field, node->layer->args));
    return args;
}

/* Whether a member in the call stands among the arguments. */
static bool is_argument(const cn_operation_class *class, const cn_field *field)
{
    for (const cn_argument *argument = class->arguments; argument->name != NULL; argument++)
        if ((argument->flags & CN_ARGUMENT_MEMBER) && strcmp(argument->name, field->name) == 0)
            return true;
    return false;
}

static void add_other_names(json_t **kwargs, const cn_field *field, const void *args)
{
    const char *key;
    json_t *value, *names = cn_member_json(field, args);
    if (names == NULL)
        cn_json_set(kwargs, "", NULL);
    json_object_foreach(names, key, value) cn_json_set(kwargs, key, json_incref(value));
    json_decref(names);
}

/* Named arguments stand behind all others. */
void cn_operation_add_kwargs(json_t **kwargs, const cn_graph *graph, const cn_node *node)
{
    const cn_operation_class *class = cn_operation_of(node->layer);
    int64_t at = node->n_inputs;
    if (class->other_names != NULL)
        add_other_names(kwargs, class->other_names, node->layer->args);
    if (class->arguments == NULL)
        return;
    for (uint32_t i = 0; class->arguments[i].name != NULL; i++)
        at -= (class->arguments[i].flags & CN_ARGUMENT_NAMED) != 0 && !is_absent(node, i);
    for (uint32_t i = 0; class->arguments[i].name != NULL; i++)
        if (class->arguments[i].flags & CN_ARGUMENT_NAMED)
            cn_json_set(kwargs, class->arguments[i].name, argument_json(graph, node, i, &at));
    for (const cn_field *field = class->layer.base.fields; field->name != NULL; field++)
        if ((field->flags & CN_FIELD_IN_CALL) && !is_argument(class, field))
            cn_json_set(kwargs, field->name, cn_member_json(field, node->layer->args));
}
