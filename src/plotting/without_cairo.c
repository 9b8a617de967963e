/* What drawing says in a library that was built without cairo. */
#include "plotting/plotting.h"

#ifndef CN_HAVE_CAIRO
static cn_status refuse(const char *path)
{
    return cn_fail(CN_STATE, "%s: this library was built without cairo, which draws pictures",
                   path);
}

cn_status cn_draw_curves(const char *path, cn_picture_format format, const cn_curves *curves)
{
    (void)format, (void)curves;
    return refuse(path);
}

cn_status cn_draw_sheet(const char *path, cn_picture_format format, const cn_sheet *sheet)
{
    (void)format, (void)sheet;
    return refuse(path);
}

cn_status cn_draw_confusion(const char *path, cn_picture_format format,
                            const cn_confusion *confusion)
{
    (void)format, (void)confusion;
    return refuse(path);
}
#endif
