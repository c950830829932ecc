// What Centroid asks of OpenFHE: a table of functions that a plugin exports, found at run time.
//
// The plugin (plugin/, built by scripts/openfhe) is the only code that sees OpenFHE's C++. No exception leaves it: a
// function that fails returns null, 0 or a negative number, and last_error() of the same thread says why. Objects may be
// used by several threads at once as long as none of them is freed meanwhile. The library looks evaluation keys up in a
// table of the process without a lock: make and read them before servers run.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __clang__
#pragma clang assume_nonnull begin
#define CENTROID_NONNULL _Nonnull
#define CENTROID_NULLABLE _Nullable
#else
#define CENTROID_NONNULL
#define CENTROID_NULLABLE
#endif

/// Changes with every change to this file that a plugin must follow.
#define CENTROID_OPENFHE_INTERFACE 1

/// Parameters and moduli: public.
typedef struct centroid_context centroid_context;
/// A secret key with its public key: the client's alone.
typedef struct centroid_client centroid_client;
typedef struct centroid_ciphertext centroid_ciphertext;
typedef struct centroid_plaintext centroid_plaintext;
/// A ciphertext taken apart once, so that each of its rotations is cheaper.
typedef struct centroid_digits centroid_digits;

typedef struct {
    int32_t log_ring;
    int32_t depth;
    int32_t scale_bits;
    int32_t first_bits;
    int32_t digits;
} centroid_parameters;

typedef struct {
    int32_t interface;
    const char *CENTROID_NONNULL (*CENTROID_NONNULL version)(void);
    /// Of the last function that failed on this thread; valid until the next one fails.
    const char *CENTROID_NONNULL (*CENTROID_NONNULL last_error)(void);

    // Anyone's.
    /// At 128 bits of classical security by the library's own table, or refused.
    centroid_context *CENTROID_NULLABLE (*CENTROID_NONNULL context_make)(const centroid_parameters *parameters);
    centroid_context *CENTROID_NULLABLE (*CENTROID_NONNULL context_read)(const char *path);
    int32_t (*CENTROID_NONNULL context_write)(const centroid_context *context, const char *path);
    /// Writes the ciphertext moduli, the one of the last level first; returns how many there are.
    int32_t (*CENTROID_NONNULL context_moduli)(const centroid_context *context, double *moduli, int32_t capacity);
    /// Slots of one ciphertext.
    int32_t (*CENTROID_NONNULL context_slots)(const centroid_context *context);
    void (*CENTROID_NONNULL context_free)(centroid_context *context);
    centroid_ciphertext *CENTROID_NULLABLE (*CENTROID_NONNULL ciphertext_read)(const centroid_context *context, const char *path);
    int32_t (*CENTROID_NONNULL ciphertext_write)(const centroid_ciphertext *ciphertext, const char *path);
    int32_t (*CENTROID_NONNULL ciphertext_level)(const centroid_ciphertext *ciphertext);
    void (*CENTROID_NONNULL ciphertext_free)(centroid_ciphertext *ciphertext);

    // The client's.
    centroid_client *CENTROID_NULLABLE (*CENTROID_NONNULL client_make)(const centroid_context *context);
    centroid_client *CENTROID_NULLABLE (*CENTROID_NONNULL client_read)(const centroid_context *context, const char *path);
    /// The secret key, readable by the owner alone.
    int32_t (*CENTROID_NONNULL client_write)(const centroid_client *client, const char *path);
    /// Relinearisation key and the keys of `count` rotation steps: kept in the process for servers of the same context.
    int32_t (*CENTROID_NONNULL client_evaluation_keys)(const centroid_client *client, const int32_t *steps, int32_t count);
    int32_t (*CENTROID_NONNULL client_write_evaluation_keys)(const centroid_client *client, const char *path);
    /// Forgets the evaluation keys of this client in this process.
    int32_t (*CENTROID_NONNULL client_forget_evaluation_keys)(const centroid_client *client);
    centroid_ciphertext *CENTROID_NULLABLE (*CENTROID_NONNULL client_encrypt)(
        const centroid_client *client, const double *values, int32_t count, int32_t level);
    int32_t (*CENTROID_NONNULL client_decrypt)(
        const centroid_client *client, const centroid_ciphertext *ciphertext, double *values, int32_t count);
    void (*CENTROID_NONNULL client_free)(centroid_client *client);

    // The server's: evaluation keys and ciphertexts, no secret.
    int32_t (*CENTROID_NONNULL server_read_evaluation_keys)(const centroid_context *context, const char *path);
    centroid_plaintext *CENTROID_NULLABLE (*CENTROID_NONNULL plaintext_encode)(
        const centroid_context *context, const double *values, int32_t count, int32_t level);
    void (*CENTROID_NONNULL plaintext_free)(centroid_plaintext *plaintext);
    centroid_digits *CENTROID_NULLABLE (*CENTROID_NONNULL digits_make)(const centroid_context *context, const centroid_ciphertext *ciphertext);
    void (*CENTROID_NONNULL digits_free)(centroid_digits *digits);
    /// Slot i of the result is slot i + step of the ciphertext; `digits` may be null.
    centroid_ciphertext *CENTROID_NULLABLE (*CENTROID_NONNULL rotate)(
        const centroid_context *context, const centroid_ciphertext *ciphertext, const centroid_digits *CENTROID_NULLABLE digits,
        int32_t step);
    /// The sum of the slot-wise products, not rescaled.
    centroid_ciphertext *CENTROID_NULLABLE (*CENTROID_NONNULL sum_of_products)(
        const centroid_context *context, const centroid_ciphertext *CENTROID_NONNULL const *CENTROID_NONNULL ciphertexts,
        const centroid_plaintext *CENTROID_NONNULL const *CENTROID_NONNULL plaintexts, int32_t count);
    centroid_ciphertext *CENTROID_NULLABLE (*CENTROID_NONNULL add)(
        const centroid_context *context, const centroid_ciphertext *first, const centroid_ciphertext *second);
    centroid_ciphertext *CENTROID_NULLABLE (*CENTROID_NONNULL add_plaintext)(
        const centroid_context *context, const centroid_ciphertext *ciphertext, const centroid_plaintext *plaintext);
    /// Divides by the modulus of the level and goes to the next one.
    centroid_ciphertext *CENTROID_NULLABLE (*CENTROID_NONNULL rescale)(const centroid_context *context, const centroid_ciphertext *ciphertext);
    /// The slot-wise square, relinearised and rescaled.
    centroid_ciphertext *CENTROID_NULLABLE (*CENTROID_NONNULL square)(const centroid_context *context, const centroid_ciphertext *ciphertext);
    /// The same values `levels` levels on.
    centroid_ciphertext *CENTROID_NULLABLE (*CENTROID_NONNULL drop_levels)(
        const centroid_context *context, const centroid_ciphertext *ciphertext, int32_t levels);
} centroid_openfhe;

/// The functions of the plugin at `path`, which stays loaded; null and a reason in `error` where there is none that fits.
const centroid_openfhe *CENTROID_NULLABLE centroid_openfhe_load(const char *path, char *error, size_t capacity);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif
