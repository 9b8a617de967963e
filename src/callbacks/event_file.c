/* Event files. A record is its length, that length's checksum, an Event, its checksum. */
#include "callbacks/event_file.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/file.h"
#include "runtime/memory.h"

/* ---- checksums ------------------------------------------------------------------------------- */

/* CRC-32C (Castagnoli), four bits at a time. */
static uint32_t crc32c(const uint8_t *bytes, size_t n)
{
    static const uint32_t table[16] = {0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
                                       0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
                                       0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
                                       0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75};
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < n; i++) {
        crc = table[(crc ^ bytes[i]) & 15] ^ (crc >> 4);
        crc = table[(crc ^ (uint32_t)(bytes[i] >> 4)) & 15] ^ (crc >> 4);
    }
    return ~crc;
}

/* As TFRecord has it, so that a checksum of what contains checksums stays one. */
static uint32_t masked(uint32_t crc)
{
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
}

/* ---- protocol buffers ------------------------------------------------------------------------ */

typedef struct message {
    uint8_t *bytes;
    int64_t n, capacity;
    cn_status status; /* the first failure; everything after it is left out */
} message;

enum wire { VARINT = 0, FIXED_64 = 1, BYTES = 2, FIXED_32 = 5 };

static void put_bytes(message *m, const void *bytes, size_t n)
{
    if (m->status == CN_OK)
        m->status = cn_grow(&m->bytes, &m->capacity, m->n + (int64_t)n, 1);
    if (m->status != CN_OK || n == 0)
        return;
    memcpy(m->bytes + m->n, bytes, n);
    m->n += (int64_t)n;
}

static void put_varint(message *m, uint64_t number)
{
    for (; number >= 128; number >>= 7)
        put_bytes(m, &(uint8_t){(uint8_t)(number | 128)}, 1);
    put_bytes(m, &(uint8_t){(uint8_t)number}, 1);
}

/* The low byte first. */
static void put_fixed(message *m, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        put_bytes(m, &(uint8_t){(uint8_t)(number >> (8 * i))}, 1);
}

static void put_double(message *m, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_fixed(m, bits, 8);
}

static void put_tag(message *m, unsigned field, enum wire wire)
{
    put_varint(m, field << 3 | (unsigned)wire);
}

static void put_integer(message *m, unsigned field, int64_t value)
{
    put_tag(m, field, VARINT);
    put_varint(m, (uint64_t)value);
}

static void put_text(message *m, unsigned field, const char *text)
{
    put_tag(m, field, BYTES);
    put_varint(m, strlen(text));
    put_bytes(m, text, strlen(text));
}

/* A message in a message; part is freed. */
static void put_message(message *m, unsigned field, message *part)
{
    if (m->status == CN_OK)
        m->status = part->status;
    put_tag(m, field, BYTES);
    put_varint(m, (uint64_t)part->n);
    put_bytes(m, part->bytes, (size_t)part->n);
    cn_release(part->bytes);
    *part = (message){0};
}

/* ---- TensorFlow's messages ------------------------------------------------------------------- */

/* TensorProto's types, and the numbers of its members. */
enum { TYPE_FLOAT = 1, TYPE_DOUBLE = 2, TYPE_STRING = 7 };
enum { TENSOR_TYPE = 1, TENSOR_SHAPE = 2, TENSOR_CONTENT = 4, TENSOR_STRINGS = 8 };

static message tensor_of(int type)
{
    message tensor = {0};
    put_integer(&tensor, TENSOR_TYPE, type);
    return tensor;
}

static message scalar_tensor(double value)
{
    message tensor = tensor_of(TYPE_FLOAT), shape = {0}, content = {0};
    const float number = (float)value;
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    put_fixed(&content, bits, 4);
    put_message(&tensor, TENSOR_SHAPE, &shape);
    put_message(&tensor, TENSOR_CONTENT, &content);
    return tensor;
}

static message text_tensor(const char *text)
{
    message tensor = tensor_of(TYPE_STRING), shape = {0};
    put_message(&tensor, TENSOR_SHAPE, &shape);
    put_text(&tensor, TENSOR_STRINGS, text);
    return tensor;
}

/* float64 [rows, 3] */
static message bucket_tensor(const double (*buckets)[3], int rows)
{
    message tensor = tensor_of(TYPE_DOUBLE), shape = {0}, content = {0};
    const int dims[] = {rows, 3};
    for (int i = 0; i < 2; i++) {
        message dim = {0};
        put_integer(&dim, 1, dims[i]);
        put_message(&shape, 2, &dim);
    }
    for (int i = 0; i < rows; i++)
        for (int k = 0; k < 3; k++)
            put_double(&content, buckets[i][k]);
    put_message(&tensor, TENSOR_SHAPE, &shape);
    put_message(&tensor, TENSOR_CONTENT, &content);
    return tensor;
}

/* A Summary with one Value; tensor is freed. plugin: what shows it, with what it wants to be told;
 * class: of the data, 0 if none. */
static message summary_of(const char *tag, message *tensor, const char *plugin, const char *told,
                          int class)
{
    message summary = {0}, value = {0}, metadata = {0}, data = {0};
    put_text(&data, 1, plugin);
    if (told[0] != '\0')
        put_text(&data, 2, told);
    put_message(&metadata, 1, &data);
    if (class > 0)
        put_integer(&metadata, 4, class);
    put_text(&value, 1, tag);
    put_message(&value, 8, tensor);
    put_message(&value, 9, &metadata);
    put_message(&summary, 1, &value);
    return summary;
}

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* An Event at a step; its text or message is put behind. */
static message event_at(int64_t step)
{
    message event = {0};
    put_tag(&event, 1, FIXED_64);
    put_double(&event, seconds_now());
    if (step != 0)
        put_integer(&event, 2, step);
    return event;
}

/* ---- files ----------------------------------------------------------------------------------- */

static cn_status failed_to_write(const cn_event_file *file)
{
    return cn_fail(CN_IO, "%s: could not be written: %s", file->path, strerror(errno));
}

/* Frees the event. */
static cn_status write_event(cn_event_file *file, message *event)
{
    message length = {0}, crc = {0};
    put_fixed(&length, (uint64_t)event->n, 8);
    if (length.status == CN_OK)
        put_fixed(&length, masked(crc32c(length.bytes, 8)), 4);
    put_fixed(&crc, masked(crc32c(event->bytes, (size_t)event->n)), 4);
    cn_status status = event->status != CN_OK   ? event->status
                       : length.status != CN_OK ? length.status
                                                : crc.status;
    if (status == CN_OK && (fwrite(length.bytes, 1, 12, file->stream) != 12 ||
                            fwrite(event->bytes, (size_t)event->n, 1, file->stream) != 1 ||
                            fwrite(crc.bytes, 1, 4, file->stream) != 4))
        status = failed_to_write(file);
    cn_release(length.bytes);
    cn_release(crc.bytes);
    cn_release(event->bytes);
    return status;
}

static cn_status write_summary(cn_event_file *file, int64_t step, message *summary)
{
    message event = event_at(step);
    put_message(&event, 5, summary);
    return write_event(file, &event);
}

cn_status cn_event_file_scalar(cn_event_file *file, const char *tag, int64_t step, double value)
{
    message tensor = scalar_tensor(value);
    message summary = summary_of(tag, &tensor, "scalars", "", 1);
    return write_summary(file, step, &summary);
}

cn_status cn_event_file_model(cn_event_file *file, const char *json)
{
    message tensor = text_tensor(json);
    message summary = summary_of("keras", &tensor, "graph_keras_model", "1", 0);
    return write_summary(file, 0, &summary);
}

/* ---- histograms ------------------------------------------------------------------------------ */

enum { BUCKETS = 30 };

/* Their number: 30; 1 if all numbers are the same; 0 if one is not finite. */
static int fill_buckets(const cn_array *numbers, double buckets[BUCKETS][3])
{
    const int64_t n = cn_array_size(numbers);
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < n; i++) {
        const double number = cn_array_at(numbers, i);
        if (!isfinite(number))
            return 0;
        low = fmin(low, number);
        high = fmax(high, number);
    }
    if (!(high > low)) {
        buckets[0][0] = low - 0.5;
        buckets[0][1] = low + 0.5;
        buckets[0][2] = (double)n;
        return n > 0;
    }
    for (int k = 0; k < BUCKETS; k++) {
        buckets[k][0] = low + (high - low) * k / BUCKETS;
        buckets[k][1] = k == BUCKETS - 1 ? high : low + (high - low) * (k + 1) / BUCKETS;
        buckets[k][2] = 0;
    }
    for (int64_t i = 0; i < n; i++) {
        const double at = (cn_array_at(numbers, i) - low) / ((high - low) / BUCKETS);
        buckets[at < BUCKETS ? (int)at : BUCKETS - 1][2]++;
    }
    return BUCKETS;
}

cn_status cn_event_file_histogram(cn_event_file *file, const char *tag, int64_t step,
                                  const cn_array *numbers)
{
    double buckets[BUCKETS][3];
    const int rows = fill_buckets(numbers, buckets);
    if (rows == 0)
        return CN_OK;
    message tensor = bucket_tensor((const double(*)[3])buckets, rows);
    message summary = summary_of(tag, &tensor, "histograms", "", 2);
    return write_summary(file, step, &summary);
}

/* ---- open and close -------------------------------------------------------------------------- */

/* TensorBoard takes what has "tfevents" in its name; files of one second are told apart by
 * number. */
static cn_status open_new(cn_event_file *file, const char *folder)
{
    enum { ROOM = 512, TRIES = 1000 };
    char host[128] = "localhost";
    const size_t room = strlen(folder) + ROOM;
    (void)gethostname(host, sizeof host - 1);
    file->path = cn_allocate(room);
    CN_CHECK_MEMORY(file->path);
    for (int i = 0; i < TRIES && file->stream == NULL; i++) {
        (void)snprintf(file->path, room, "%s/events.out.tfevents.%010lld.%s.%ld.%d.v2", folder,
                       (long long)time(NULL), host, (long)getpid(), i);
        if (i == 0)
            CN_TRY(cn_make_folders(file->path));
        file->stream = fopen(file->path, "wbx");
        if (file->stream == NULL && errno != EEXIST)
            break;
    }
    return file->stream == NULL ? failed_to_write(file) : CN_OK;
}

cn_status cn_event_file_open(cn_event_file *file, const char *folder)
{
    cn_status status = open_new(file, folder);
    if (status == CN_OK) {
        message event = event_at(0);
        put_text(&event, 3, "brain.Event:2");
        status = write_event(file, &event);
    }
    if (status != CN_OK)
        cn_event_file_close(file);
    return status;
}

cn_status cn_event_file_flush(cn_event_file *file)
{
    return file->stream != NULL && (fflush(file->stream) != 0 || ferror(file->stream))
               ? failed_to_write(file)
               : CN_OK;
}

void cn_event_file_close(cn_event_file *file)
{
    if (file->stream != NULL)
        (void)fclose(file->stream);
    cn_release(file->path);
    *file = (cn_event_file){0};
}
