/* Hashes of bytes: FarmHash, SipHash. */
#include "runtime/hash.h"

#include <string.h>

static const uint64_t k0 = 0xc3a5c85c97cb3127, k1 = 0xb492b66fbe98f273, k2 = 0x9ae16a3b2f90404f;

/* Little-endian, whatever the machine is. */
static uint64_t fetch(const char *text, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = bytes; i > 0; i--)
        value = value << 8 | (unsigned char)text[i - 1];
    return value;
}

static uint64_t fetch64(const char *text)
{
    return fetch(text, 8);
}

static uint64_t rotate(uint64_t value, int right)
{
    return value >> right | value << (64 - right);
}

static uint64_t shift_mix(uint64_t value)
{
    return value ^ value >> 47;
}

static uint64_t mix_pair(uint64_t u, uint64_t v, uint64_t multiplier)
{
    uint64_t a = (u ^ v) * multiplier;
    a ^= a >> 47;
    uint64_t b = (v ^ a) * multiplier;
    b ^= b >> 47;
    return b * multiplier;
}

/* ---- FarmHash, by length --------------------------------------------------------------------- */

static uint64_t up_to_16(const char *s, size_t n)
{
    const uint64_t multiplier = k2 + n * 2;
    if (n >= 8) {
        const uint64_t a = fetch64(s) + k2, b = fetch64(s + n - 8);
        const uint64_t c = rotate(b, 37) * multiplier + a, d = (rotate(a, 25) + b) * multiplier;
        return mix_pair(c, d, multiplier);
    }
    if (n >= 4)
        return mix_pair(n + (fetch(s, 4) << 3), fetch(s + n - 4, 4), multiplier);
    if (n == 0)
        return k2;
    const uint32_t a = (unsigned char)s[0], b = (unsigned char)s[n >> 1],
                   c = (unsigned char)s[n - 1];
    const uint32_t y = a + (b << 8), z = (uint32_t)n + (c << 2);
    return shift_mix(y * k2 ^ z * k0) * k2;
}

static uint64_t up_to_32(const char *s, size_t n)
{
    const uint64_t multiplier = k2 + n * 2, a = fetch64(s) * k1, b = fetch64(s + 8),
                   c = fetch64(s + n - 8) * multiplier, d = fetch64(s + n - 16) * k2;
    return mix_pair(rotate(a + b, 43) + rotate(c, 30) + d, a + rotate(b + k2, 18) + c, multiplier);
}

static uint64_t up_to_64(const char *s, size_t n)
{
    const uint64_t multiplier = k2 + n * 2, a = fetch64(s) * k2, b = fetch64(s + 8),
                   c = fetch64(s + n - 8) * multiplier, d = fetch64(s + n - 16) * k2;
    const uint64_t y = rotate(a + b, 43) + rotate(c, 30) + d,
                   z = mix_pair(y, a + rotate(b + k2, 18) + c, multiplier);
    const uint64_t e = fetch64(s + 16) * multiplier, f = fetch64(s + 24),
                   g = (y + fetch64(s + n - 32)) * multiplier,
                   h = (z + fetch64(s + n - 24)) * multiplier;
    return mix_pair(rotate(e + f, 43) + rotate(g, 30) + h, e + rotate(f + a, 18) + g, multiplier);
}

typedef struct pair {
    uint64_t first, second;
} pair;

/* A weak hash of 32 bytes with two seeds. */
static pair weak(const char *s, uint64_t a, uint64_t b)
{
    const uint64_t w = fetch64(s), x = fetch64(s + 8), y = fetch64(s + 16), z = fetch64(s + 24);
    a += w;
    b = rotate(b + a + z, 21);
    const uint64_t c = a;
    a += x + y;
    b += rotate(a, 44);
    return (pair){a + z, b + c};
}

typedef struct farm {
    uint64_t x, y, z;
    pair v, w;
} farm;

static void swap_ends(farm *f)
{
    const uint64_t z = f->z;
    f->z = f->x;
    f->x = z;
}

static void take_64(farm *f, const char *s)
{
    f->x = rotate(f->x + f->y + f->v.first + fetch64(s + 8), 37) * k1;
    f->y = rotate(f->y + f->v.second + fetch64(s + 48), 42) * k1;
    f->x ^= f->w.second;
    f->y += f->v.first + fetch64(s + 40);
    f->z = rotate(f->z + f->w.first, 33) * k1;
    f->v = weak(s, f->v.second * k1, f->x + f->w.first);
    f->w = weak(s + 32, f->z + f->w.second, f->y + fetch64(s + 16));
    swap_ends(f);
}

/* The last 64 bytes, of which left were not taken yet. */
static uint64_t finish(farm *f, const char *s, size_t left)
{
    const uint64_t multiplier = k1 + ((f->z & 0xff) << 1);
    f->w.first += left;
    f->v.first += f->w.first;
    f->w.first += f->v.first;
    f->x = rotate(f->x + f->y + f->v.first + fetch64(s + 8), 37) * multiplier;
    f->y = rotate(f->y + f->v.second + fetch64(s + 48), 42) * multiplier;
    f->x ^= f->w.second * 9;
    f->y += f->v.first * 9 + fetch64(s + 40);
    f->z = rotate(f->z + f->w.first, 33) * multiplier;
    f->v = weak(s, f->v.second * multiplier, f->x + f->w.first);
    f->w = weak(s + 32, f->z + f->w.second, f->y + fetch64(s + 16));
    swap_ends(f);
    return mix_pair(mix_pair(f->v.first, f->w.first, multiplier) + shift_mix(f->y) * k0 + f->z,
                    mix_pair(f->v.second, f->w.second, multiplier) + f->x, multiplier);
}

uint64_t cn_farm_fingerprint(const char *text, size_t length)
{
    enum { SEED = 81 };
    if (length <= 16)
        return up_to_16(text, length);
    if (length <= 32)
        return up_to_32(text, length);
    if (length <= 64)
        return up_to_64(text, length);
    farm f = {.x = SEED * k2 + fetch64(text), .y = SEED * k1 + 113};
    f.z = shift_mix(f.y * k2 + 113) * k2;
    const size_t last = (length - 1) / 64 * 64; /* where the last 1 to 64 bytes begin */
    for (size_t at = 0; at < last; at += 64)
        take_64(&f, text + at);
    return finish(&f, text + length - 64, (length - 1) & 63);
}

/* ---- SipHash --------------------------------------------------------------------------------- */

static uint64_t rotate_left(uint64_t value, int left)
{
    return rotate(value, 64 - left);
}

static void sip_rounds(uint64_t v[4], int rounds)
{
    while (rounds-- > 0) {
        v[0] += v[1];
        v[1] = rotate_left(v[1], 13) ^ v[0];
        v[0] = rotate_left(v[0], 32);
        v[2] += v[3];
        v[3] = rotate_left(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = rotate_left(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = rotate_left(v[1], 17) ^ v[2];
        v[2] = rotate_left(v[2], 32);
    }
}

static void sip_take(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_rounds(v, 2);
    v[0] ^= word;
}

uint64_t cn_sip_hash(const uint64_t key[2], const char *text, size_t length)
{
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                     key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
    const size_t whole = length / 8 * 8;
    for (size_t at = 0; at < whole; at += 8)
        sip_take(v, fetch64(text + at));
    sip_take(v, (uint64_t)length << 56 | fetch(text + whole, length - whole));
    v[2] ^= 0xff;
    sip_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- two as one ------------------------------------------------------------------------------ */

uint64_t cn_fingerprint_join(uint64_t a, uint64_t b)
{
    const uint64_t multiplier = 0xc6a4a7935bd1e995;
    uint64_t joined = a ^ multiplier;
    joined ^= shift_mix(b * multiplier) * multiplier;
    joined *= multiplier;
    joined = shift_mix(joined) * multiplier;
    return shift_mix(joined);
}
