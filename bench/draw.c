/* Pictures of growth: panels side by side, logarithmic both ways, as SVG. */
#include <math.h>
#include <stdio.h>

#include "bench.h"

enum { PANEL = 360, HEIGHT = 340, LEFT = 56, TOP = 48, PLOT_WIDTH = 280, PLOT_HEIGHT = 240 };

/* The y axis goes from 1 to 10^MOST: microseconds and kilobytes. */
enum { MOST = 6 };

static const struct {
    const char *name, *colour;
} series[] = {
    {"step, us", "#0072b2"}, {"building the plan, us", "#d55e00"}, {"arena, KB", "#009e73"}};

static double value_of(const bench_point *point, int which)
{
    return which == 0 ? point->step_us : which == 1 ? point->build_us : point->kilobytes;
}

static double x_at(const bench_sweep *sweep, double x)
{
    const double first = log10(sweep->points[0].x), last = log10(sweep->points[sweep->count - 1].x);
    return LEFT + PLOT_WIDTH * (log10(x) - first) / (last - first);
}

static double y_at(double y)
{
    const double power = log10(y < 1 ? 1 : y);
    return TOP + PLOT_HEIGHT * (1 - power / MOST);
}

static void draw_axes(FILE *file, const bench_sweep *sweep)
{
    fprintf(file, "<text x='%d' y='30' font-weight='bold'>%s grows</text>\n", LEFT, sweep->name);
    for (int power = 0; power <= MOST; power++)
        fprintf(file,
                "<path d='M%d %.1fh%d' stroke='#ddd'/><text x='%d' y='%.1f' "
                "text-anchor='end'>10<tspan dy='-5' font-size='9'>%d</tspan></text>\n",
                LEFT, y_at(pow(10, power)), PLOT_WIDTH, LEFT - 8, y_at(pow(10, power)) + 4, power);
    for (int i = 0; i<sweep->count; i += sweep->count> 7 ? 2 : 1)
        fprintf(file, "<text x='%.1f' y='%d' text-anchor='middle'>%g</text>\n",
                x_at(sweep, sweep->points[i].x), TOP + PLOT_HEIGHT + 18, sweep->points[i].x);
}

static void draw_line(FILE *file, const bench_sweep *sweep, int which)
{
    fprintf(file, "<polyline fill='none' stroke='%s' stroke-width='2' points='",
            series[which].colour);
    for (int i = 0; i < sweep->count; i++)
        fprintf(file, "%.1f,%.1f ", x_at(sweep, sweep->points[i].x),
                y_at(value_of(&sweep->points[i], which)));
    fprintf(file, "'/>\n");
    for (int i = 0; i < sweep->count; i++)
        fprintf(file, "<circle r='3' fill='%s' cx='%.1f' cy='%.1f'/>\n", series[which].colour,
                x_at(sweep, sweep->points[i].x), y_at(value_of(&sweep->points[i], which)));
}

static void draw_legend(FILE *file)
{
    for (int which = 0; which < 3; which++)
        fprintf(file,
                "<path d='M%d %dh20' stroke='%s' stroke-width='3'/><text x='%d' y='%d'>%s</text>\n",
                LEFT + which * 200, HEIGHT - 6, series[which].colour, LEFT + which * 200 + 26,
                HEIGHT - 2, series[which].name);
}

bool bench_draw(const char *path, const bench_sweep *sweeps, int count)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return false;
    fprintf(file,
            "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' "
            "font-family='sans-serif' font-size='12'>\n<rect width='100%%' height='100%%' "
            "fill='white'/>\n",
            PANEL * count, HEIGHT + 8);
    for (int i = 0; i < count; i++) {
        fprintf(file, "<g transform='translate(%d 0)'>\n", i * PANEL);
        draw_axes(file, &sweeps[i]);
        for (int which = 0; which < 3; which++)
            draw_line(file, &sweeps[i], which);
        fprintf(file, "</g>\n");
    }
    draw_legend(file);
    fprintf(file, "</svg>\n");
    return fclose(file) == 0;
}
