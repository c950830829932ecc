// What Centroid asks of OpenFHE: a table of functions that a plugin exports, found at run time.
//
// The plugin (plugin/, built by scripts/openfhe) is the only code that sees OpenFHE's C++. No exception leaves it: a
// function that fails returns null, 0 or a negative number, and last_error() of the same thread says why. Objects may
// be used by several threads at once as long as none of them is freed meanwhile.
//
// The library keeps contexts, evaluation keys and the tables of number-theoretic transforms for the process, and has one
// generator of random numbers. All functions that change these or draw wait for each other: they may be called by several
// threads at once. The server's functions read the tables without waiting: what makes, reads or lowers a context, makes or
// reads a client, makes, reads or frees evaluation keys, or reads a ciphertext must not be called while any thread of the
// process is in one of them.
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

/// A function that makes something or returns null.
#define CENTROID_MAKES(type, name) centroid_##type *CENTROID_NULLABLE (*CENTROID_NONNULL name)
/// A function that returns a positive number or has failed.
#define CENTROID_DOES(name) int32_t (*CENTROID_NONNULL name)
#define CENTROID_FREES(name) void (*CENTROID_NONNULL name)

/// Changes with every change to this file that a plugin must follow.
#define CENTROID_OPENFHE_INTERFACE 5

/// Parameters and moduli: public.
typedef struct centroid_context centroid_context;
/// A secret key with its public key: the client's alone.
typedef struct centroid_client centroid_client;
typedef struct centroid_ciphertext centroid_ciphertext;
typedef struct centroid_plaintext centroid_plaintext;
/// A ciphertext taken apart once, so that each of its rotations is cheaper.
typedef struct centroid_digits centroid_digits;
/// Evaluation keys of one client for one context: they stand in the library's tables until they are freed.
typedef struct centroid_evaluation_keys centroid_evaluation_keys;

typedef struct {
    int32_t log_ring;
    int32_t depth;
    int32_t scale_bits;
    int32_t first_bits;
    int32_t digits;
} centroid_parameters;

typedef struct {
    int32_t interface;
    /// Where OpenFHE came from, and its version where that is known.
    const char *CENTROID_NONNULL (*CENTROID_NONNULL version)(void);
    /// Of the last function that failed on this thread; valid until the next one fails.
    const char *CENTROID_NONNULL (*CENTROID_NONNULL last_error)(void);

    // Anyone's.
    /// At 128 bits of classical security by the library's own table, or refused.
    CENTROID_MAKES(context, context_make)(const centroid_parameters *parameters);
    /// Refused unless the file's parameters are those that context_make makes of `parameters`.
    CENTROID_MAKES(context, context_read)(const centroid_parameters *parameters, const char *path);
    CENTROID_DOES(context_write)(const centroid_context *context, const char *path);
    /// A context of the first `moduli` moduli alone, for ciphertexts that have used up the rest: its evaluation keys are
    /// smaller and quicker. Its own number of digits is held to the same security. `stage` tells apart what has the same
    /// moduli: each stage of a circuit has evaluation keys of its own, and ciphertexts are moved into it.
    CENTROID_MAKES(context, context_lower)(
        const centroid_context *context, int32_t stage, int32_t moduli, int32_t digits);
    /// Writes the ciphertext moduli, the one of the last level first; returns how many there are.
    CENTROID_DOES(context_moduli)(const centroid_context *context, double *moduli, int32_t capacity);
    /// Slots of one ciphertext.
    CENTROID_DOES(context_slots)(const centroid_context *context);
    CENTROID_FREES(context_free)(centroid_context *context);
    /// Refused unless it is whole, of two parts, at the nominal scale and under this context.
    CENTROID_MAKES(ciphertext, ciphertext_read)(const centroid_context *context, const char *path);
    CENTROID_DOES(ciphertext_write)(const centroid_ciphertext *ciphertext, const char *path);
    /// How many moduli it has left.
    CENTROID_DOES(ciphertext_moduli)(const centroid_ciphertext *ciphertext);
    /// The same values over the first `moduli` moduli, under the context, which may be a lower one or the one that
    /// lower ones were made of.
    CENTROID_MAKES(ciphertext, ciphertext_move)(
        const centroid_context *context, const centroid_ciphertext *ciphertext, int32_t moduli);
    CENTROID_FREES(ciphertext_free)(centroid_ciphertext *ciphertext);

    // The client's.
    CENTROID_MAKES(client, client_make)(const centroid_context *context);
    CENTROID_MAKES(client, client_read)(const centroid_context *context, const char *path);
    /// The secret key, readable by the owner alone.
    CENTROID_DOES(client_write)(const centroid_client *client, const char *path);
    /// The keys of `count` rotation steps, and one for relinearisation where that is not 0, for servers of `context`: the
    /// client's own or a lower one. A process has the keys of a client and context once.
    CENTROID_MAKES(evaluation_keys, client_evaluation_keys)(
        const centroid_client *client, const centroid_context *context, const int32_t *steps, int32_t count,
        int32_t relinearises);
    CENTROID_MAKES(ciphertext, client_encrypt)(const centroid_client *client, const double *values, int32_t count);
    CENTROID_DOES(client_decrypt)(
        const centroid_client *client, const centroid_ciphertext *ciphertext, double *values, int32_t count);
    /// Wipes the secret key.
    CENTROID_FREES(client_free)(centroid_client *client);

    // The server's: evaluation keys and ciphertexts, no secret.
    /// Refused unless all keys are whole, of one client and under this context; then none of them is kept.
    CENTROID_MAKES(evaluation_keys, evaluation_keys_read)(const centroid_context *context, const char *path);
    CENTROID_DOES(evaluation_keys_write)(const centroid_evaluation_keys *keys, const char *path);
    CENTROID_FREES(evaluation_keys_free)(centroid_evaluation_keys *keys);
    CENTROID_MAKES(plaintext, plaintext_encode)(
        const centroid_context *context, const double *values, int32_t count, int32_t level);
    CENTROID_FREES(plaintext_free)(centroid_plaintext *plaintext);
    CENTROID_MAKES(digits, digits_make)(const centroid_context *context, const centroid_ciphertext *ciphertext);
    CENTROID_FREES(digits_free)(centroid_digits *digits);
    /// Slot i of the result is slot i + step of the ciphertext; `digits` may be null.
    CENTROID_MAKES(ciphertext, rotate)(
        const centroid_context *context, const centroid_ciphertext *ciphertext,
        const centroid_digits *CENTROID_NULLABLE digits, int32_t step);
    /// Whether there is a key for the rotation: 1 or 0.
    CENTROID_DOES(can_rotate)(const centroid_context *context, const centroid_ciphertext *ciphertext, int32_t step);
    /// Whether there is a key for squaring it: 1 or 0.
    CENTROID_DOES(can_square)(const centroid_ciphertext *ciphertext);
    /// The sum of the slot-wise products, not rescaled.
    CENTROID_MAKES(ciphertext, sum_of_products)(
        const centroid_ciphertext *CENTROID_NONNULL const *CENTROID_NONNULL ciphertexts,
        const centroid_plaintext *CENTROID_NONNULL const *CENTROID_NONNULL plaintexts, int32_t count);
    CENTROID_MAKES(ciphertext, add)(
        const centroid_context *context, const centroid_ciphertext *first, const centroid_ciphertext *second);
    CENTROID_MAKES(ciphertext, add_plaintext)(
        const centroid_ciphertext *ciphertext, const centroid_plaintext *plaintext);
    /// Divides by the modulus of the level and goes to the next one.
    CENTROID_MAKES(ciphertext, rescale)(const centroid_context *context, const centroid_ciphertext *ciphertext);
    /// The slot-wise square, relinearised and rescaled.
    CENTROID_MAKES(ciphertext, square)(const centroid_context *context, const centroid_ciphertext *ciphertext);
} centroid_openfhe;

/// The functions of the plugin at `path`, which stays loaded; null and a reason in `error` where none is that fits.
const centroid_openfhe *CENTROID_NULLABLE centroid_openfhe_load(const char *path, char *error, size_t capacity);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif

#ifdef __cplusplus
}
#endif
