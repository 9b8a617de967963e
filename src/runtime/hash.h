/* Hashes of bytes that Keras's layers use, the same on every machine. */
#ifndef CORNU_RUNTIME_HASH_H
#define CORNU_RUNTIME_HASH_H

#include <stddef.h>
#include <stdint.h>

/* FarmHash's Fingerprint64 (farmhashna::Hash64): TensorFlow's to_hash_bucket_fast. */
uint64_t cn_farm_fingerprint(const char *text, size_t length);

/* SipHash-2-4 (Aumasson and Bernstein, 2012): TensorFlow's to_hash_bucket_strong. */
uint64_t cn_sip_hash(const uint64_t key[2], const char *text, size_t length);

/* Two fingerprints as one: TensorFlow's FingerprintCat64. */
uint64_t cn_fingerprint_join(uint64_t a, uint64_t b);

#endif
