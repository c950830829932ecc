// The plugin: OpenFHE's CKKS behind the table of COpenFHE.h. See there for what each function does.
#include "functions.hpp"

static const centroid_openfhe functions = {
    CENTROID_OPENFHE_INTERFACE,
    version,
    last_error,
    context_make,
    context_read,
    context_write,
    context_lower,
    context_moduli,
    context_slots,
    context_free,
    ciphertext_read,
    ciphertext_write,
    ciphertext_moduli,
    ciphertext_move,
    ciphertext_free,
    client_make,
    client_read,
    client_write,
    client_evaluation_keys,
    client_encrypt,
    client_decrypt,
    client_free,
    evaluation_keys_read,
    evaluation_keys_write,
    evaluation_keys_free,
    plaintext_encode,
    plaintext_free,
    digits_make,
    digits_free,
    rotate,
    can_rotate,
    can_square,
    sum_of_products,
    add,
    add_plaintext,
    rescale,
    square,
};

extern "C" __attribute__((visibility("default"))) const centroid_openfhe *centroid_openfhe_functions(void) {
    return &functions;
}
