/* Texts in UTF-8. */
#ifndef CORNU_RUNTIME_TEXT_H
#define CORNU_RUNTIME_TEXT_H

#include <stddef.h>

/* The first byte of a text that cannot stand there in UTF-8 (RFC 3629); NULL: the whole text is
 * fine. */
const char *cn_utf8_fault(const char *text);

#endif
