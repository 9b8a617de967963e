/* The kind of a picture, from the ending of its path. */
#include <string.h>
#include <strings.h>

#include "plotting/plotting.h"

cn_status cn_picture_format_of(const char *who, const char *path, bool dot_is_one,
                               cn_picture_format *format)
{
    static const char *const endings[] = {".png", ".svg", ".pdf", ".dot"};
    CN_CHECK(path != NULL && path[0] != '\0',
             "%s: the path of a picture is needed, such as \"picture.png\"", who);
    const char *slash = strrchr(path, '/'), *ending = strrchr(slash == NULL ? path : slash, '.');
    for (int i = 0; ending != NULL && i < (dot_is_one ? 4 : 3); i++)
        if (strcasecmp(ending, endings[i]) == 0) {
            *format = (cn_picture_format)i;
            return CN_OK;
        }
    return cn_fail(CN_INVALID, "%s: \"%s\": pictures end in .png, .svg%s .pdf%s", who, path,
                   dot_is_one ? "," : " or", dot_is_one ? " or .dot" : "");
}
