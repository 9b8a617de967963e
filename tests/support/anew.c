/* Beginning anew. */
#include "support/anew.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cornu/cornu.h"

int cn_begin_anew(void **state)
{
    (void)state;
    cn_clear_session();
    cn_clear_error();
    return 0;
}

void cn_expect_error(const void *result, const char *message)
{
    assert_null(result);
    assert_string_equal(cn_error(), message);
    cn_clear_error();
}
