// The plugin: OpenFHE's CKKS behind the table of COpenFHE.h. See there for what each function does.
#include "COpenFHE.h"

#include "openfhe.h"

#include "ciphertext-ser.h"
#include "cryptocontext-ser.h"
#include "key/key-ser.h"
#include "scheme/ckksrns/ckksrns-ser.h"

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string.h>
#include <unistd.h>
#include <vector>

using namespace lbcrypto;
using Context = CryptoContext<DCRTPoly>;

struct centroid_context {
    Context context;
};
struct centroid_client {
    Context context;
    KeyPair<DCRTPoly> keys;
};
struct centroid_ciphertext {
    Ciphertext<DCRTPoly> ciphertext;
};
struct centroid_plaintext {
    DCRTPoly element;
    double scale;
};
struct centroid_digits {
    std::shared_ptr<std::vector<DCRTPoly>> digits;
};
struct centroid_evaluation_keys {
    std::string tag;
};

namespace {

thread_local std::string reason;

/// The library built without OpenMP has one generator of random numbers for the whole process, unguarded: two threads
/// that draw at once might draw the same. So everything that draws does it under this lock.
std::mutex randomness;

/// The library keeps contexts and evaluation keys in tables of the process, which it does not guard.
std::mutex tables;

/// What `body` returns; nothing of its kind and a reason where it throws.
template <class Body> auto guarded(Body body) noexcept -> decltype(body()) {
    try {
        return body();
    } catch (const std::exception &error) {
        reason = error.what();
    } catch (...) {
        reason = "an exception without a text";
    }
    return decltype(body()){};
}

std::ifstream opened(const char *path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw std::runtime_error("the file cannot be read");
    return stream;
}

std::ofstream created(const char *path) {
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    if (!stream) throw std::runtime_error("the file cannot be written");
    return stream;
}

int32_t closed(std::ofstream &stream) {
    stream.close();
    if (!stream) throw std::runtime_error("the file could not be written to its end");
    return 1;
}

/// Writes a secret: the bytes go into a new file of the owner's alone, which then takes the path's place.
int32_t write_secret(const char *path, std::string bytes) {
    std::string name = std::string(path) + ".XXXXXX";
    const int file = mkostemp(name.data(), O_CLOEXEC);
    bool done = file >= 0;
    for (size_t written = 0; done && written < bytes.size();) {
        const ssize_t count = write(file, bytes.data() + written, bytes.size() - written);
        done = count > 0;
        if (done) written += static_cast<size_t>(count);
    }
    explicit_bzero(bytes.data(), bytes.size());
    if (file >= 0) {
        done = fsync(file) == 0 && done;
        done = close(file) == 0 && done;
        done = done && rename(name.c_str(), path) == 0;
        if (!done) unlink(name.c_str());
    }
    if (!done) throw std::runtime_error("the file could not be written");
    return 1;
}

void enable(const Context &context) {
    context->Enable(PKE);
    context->Enable(KEYSWITCH);
    context->Enable(LEVELEDSHE);
}

Context generated(const centroid_parameters &wanted) {
    CCParams<CryptoContextCKKSRNS> parameters;
    parameters.SetSecretKeyDist(UNIFORM_TERNARY);
    parameters.SetSecurityLevel(HEStd_128_classic);
    parameters.SetRingDim(1u << wanted.log_ring);
    parameters.SetMultiplicativeDepth(wanted.depth);
    parameters.SetScalingModSize(wanted.scale_bits);
    parameters.SetFirstModSize(wanted.first_bits);
    parameters.SetScalingTechnique(FIXEDMANUAL);
    parameters.SetKeySwitchTechnique(HYBRID);
    parameters.SetNumLargeDigits(wanted.digits);
    Context context = GenCryptoContext(parameters);
    enable(context);
    return context;
}

std::shared_ptr<CryptoParametersRNS> parameters_of(const Context &context) {
    auto parameters = std::dynamic_pointer_cast<CryptoParametersRNS>(context->GetCryptoParameters());
    if (!parameters) throw std::runtime_error("the parameters are not of CKKS");
    return parameters;
}

/// Whether a ring element that came out of a file is whole: in evaluation form over the first `count` of the moduli.
bool is_whole(const DCRTPoly &element, const std::shared_ptr<ILDCRTParams<BigInteger>> &moduli, size_t count) {
    const auto &towers = element.GetAllElements();
    if (element.GetFormat() != Format::EVALUATION || towers.size() != count || !element.GetParams()
        || element.GetParams()->GetRingDimension() != moduli->GetRingDimension()
        || element.GetParams()->GetParams().size() != count) {
        return false;
    }
    for (size_t index = 0; index < count; index++) {
        const auto &tower = towers[index];
        if (tower.IsEmpty() || !tower.GetParams() || tower.GetFormat() != Format::EVALUATION
            || !(*tower.GetParams() == *moduli->GetParams()[index])
            || tower.GetValues().GetLength() != moduli->GetRingDimension()) {
            return false;
        }
    }
    return true;
}

/// Throws unless a ciphertext is one that circuits work on: two parts, all slots, at the nominal scale.
void expect_ordinary(const Ciphertext<DCRTPoly> &ciphertext, const Context &context) {
    if (!ciphertext || ciphertext->GetCryptoContext() != context) {
        throw std::runtime_error("the ciphertext belongs to other parameters");
    }
    const auto moduli = context->GetElementParams();
    const size_t count = moduli->GetParams().size();
    const size_t level = ciphertext->GetLevel();
    const auto &elements = ciphertext->GetElements();
    if (level >= count || elements.size() != 2 || !is_whole(elements[0], moduli, count - level)
        || !is_whole(elements[1], moduli, count - level)) {
        throw std::runtime_error("the ciphertext is not two ring elements at its level");
    }
    if (ciphertext->GetNoiseScaleDeg() != 1
        || ciphertext->GetScalingFactor() != parameters_of(context)->GetScalingFactorReal(0)
        || ciphertext->GetSlots() != context->GetRingDimension() / 2
        || ciphertext->GetEncodingType() != CKKS_PACKED_ENCODING) {
        throw std::runtime_error("the ciphertext has another scale or encoding than the circuit");
    }
}

/// Throws unless this is a whole key of the tag under the context.
void expect_whole(const EvalKey<DCRTPoly> &key, const std::string &tag, const Context &context) {
    if (!key || key->GetCryptoContext() != context || key->GetKeyTag() != tag) {
        throw std::runtime_error("the evaluation keys belong to other parameters");
    }
    const auto parameters = parameters_of(context);
    const auto moduli = parameters->GetParamsQP();
    for (const auto *half : {&key->GetAVector(), &key->GetBVector()}) {
        bool whole = half->size() == parameters->GetNumPartQ();
        for (const auto &element : *half) whole = whole && is_whole(element, moduli, moduli->GetParams().size());
        if (!whole) throw std::runtime_error("an evaluation key is not whole");
    }
}

void expect_levels(const Ciphertext<DCRTPoly> &ciphertext, size_t levels) {
    if (ciphertext->GetElements()[0].GetNumOfElements() <= levels) {
        throw std::runtime_error("no level is left: the circuit is deeper than the parameters");
    }
}

centroid_ciphertext *made(Ciphertext<DCRTPoly> ciphertext) {
    return new centroid_ciphertext{std::move(ciphertext)};
}

// MARK: - Anyone's

const char *version() { return CENTROID_OPENFHE_ORIGIN; }

const char *last_error() { return reason.c_str(); }

centroid_context *context_make(const centroid_parameters *wanted) {
    return guarded([&] {
        std::lock_guard<std::mutex> entering(tables);
        return new centroid_context{generated(*wanted)};
    });
}

centroid_context *context_read(const centroid_parameters *wanted, const char *path) {
    return guarded([&] {
        auto stream = opened(path);
        std::lock_guard<std::mutex> entering(tables);
        // The library's own function would follow a null pointer of the file.
        Context read;
        cereal::PortableBinaryInputArchive archive(stream);
        archive(read);
        if (!read || !read->GetCryptoParameters() || !read->GetCryptoParameters()->GetElementParams()
            || !read->GetCryptoParameters()->GetEncodingParams()) {
            throw std::runtime_error("the file holds no parameters");
        }
        // What the file says of itself is not believed: moduli, technique and security are those made here, or none.
        Context context = generated(*wanted);
        if (!(*context->GetCryptoParameters() == *read->GetCryptoParameters())) {
            throw std::runtime_error("the file's parameters are not the circuit's at 128 bits of security");
        }
        return new centroid_context{context};
    });
}

int32_t context_write(const centroid_context *context, const char *path) {
    return guarded([&] {
        auto stream = created(path);
        Serial::Serialize(context->context, stream, SerType::BINARY);
        return closed(stream);
    });
}

int32_t context_moduli(const centroid_context *context, double *moduli, int32_t capacity) {
    return guarded([&] {
        const auto &towers = context->context->GetElementParams()->GetParams();
        for (size_t index = 0; index < towers.size() && index < static_cast<size_t>(capacity); index++) {
            moduli[index] = towers[index]->GetModulus().ConvertToDouble();
        }
        return static_cast<int32_t>(towers.size());
    });
}

int32_t context_slots(const centroid_context *context) {
    return guarded([&] { return static_cast<int32_t>(context->context->GetRingDimension() / 2); });
}

void context_free(centroid_context *context) { delete context; }

centroid_ciphertext *ciphertext_read(const centroid_context *context, const char *path) {
    return guarded([&] {
        auto stream = opened(path);
        std::lock_guard<std::mutex> entering(tables);
        Ciphertext<DCRTPoly> ciphertext;
        Serial::Deserialize(ciphertext, stream, SerType::BINARY);
        expect_ordinary(ciphertext, context->context);
        return made(ciphertext);
    });
}

int32_t ciphertext_write(const centroid_ciphertext *ciphertext, const char *path) {
    return guarded([&] {
        auto stream = created(path);
        Serial::Serialize(ciphertext->ciphertext, stream, SerType::BINARY);
        return closed(stream);
    });
}

int32_t ciphertext_level(const centroid_ciphertext *ciphertext) {
    return static_cast<int32_t>(ciphertext->ciphertext->GetLevel());
}

void ciphertext_free(centroid_ciphertext *ciphertext) { delete ciphertext; }

// MARK: - The client's

centroid_client *client_make(const centroid_context *context) {
    return guarded([&] {
        std::lock_guard<std::mutex> drawing(randomness);
        return new centroid_client{context->context, context->context->KeyGen()};
    });
}

centroid_client *client_read(const centroid_context *context, const char *path) {
    return guarded([&] {
        auto stream = opened(path);
        std::lock_guard<std::mutex> entering(tables);
        auto client = std::make_unique<centroid_client>();
        client->context = context->context;
        Serial::Deserialize(client->keys.publicKey, stream, SerType::BINARY);
        Serial::Deserialize(client->keys.secretKey, stream, SerType::BINARY);
        if (!client->keys.good() || client->keys.secretKey->GetCryptoContext() != context->context) {
            throw std::runtime_error("the keys belong to other parameters");
        }
        return client.release();
    });
}

int32_t client_write(const centroid_client *client, const char *path) {
    return guarded([&] {
        std::ostringstream stream;
        Serial::Serialize(client->keys.publicKey, stream, SerType::BINARY);
        Serial::Serialize(client->keys.secretKey, stream, SerType::BINARY);
        return write_secret(path, stream.str());
    });
}

int32_t client_evaluation_keys(const centroid_client *client, const int32_t *steps, int32_t count) {
    return guarded([&] {
        std::lock_guard<std::mutex> drawing(randomness);
        std::lock_guard<std::mutex> entering(tables);
        client->context->EvalMultKeyGen(client->keys.secretKey);
        if (count > 0) {
            client->context->EvalRotateKeyGen(client->keys.secretKey, std::vector<int32_t>(steps, steps + count));
        }
        return 1;
    });
}

int32_t client_write_evaluation_keys(const centroid_client *client, const char *path) {
    return guarded([&] {
        auto stream = created(path);
        const auto &tag = client->keys.secretKey->GetKeyTag();
        if (!CryptoContextImpl<DCRTPoly>::SerializeEvalMultKey(stream, SerType::BINARY, tag)
            || !CryptoContextImpl<DCRTPoly>::SerializeEvalAutomorphismKey(stream, SerType::BINARY, tag)) {
            throw std::runtime_error("there are no evaluation keys yet");
        }
        return closed(stream);
    });
}

int32_t client_forget_evaluation_keys(const centroid_client *client) {
    return guarded([&] {
        const auto &tag = client->keys.secretKey->GetKeyTag();
        std::lock_guard<std::mutex> entering(tables);
        CryptoContextImpl<DCRTPoly>::ClearEvalMultKeys(tag);
        CryptoContextImpl<DCRTPoly>::ClearEvalAutomorphismKeys(tag);
        return 1;
    });
}

centroid_ciphertext *client_encrypt(const centroid_client *client, const double *values, int32_t count, int32_t level) {
    return guarded([&] {
        auto plaintext = client->context->MakeCKKSPackedPlaintext(
            std::vector<double>(values, values + count), 1, static_cast<uint32_t>(level));
        std::lock_guard<std::mutex> drawing(randomness);
        return made(client->context->Encrypt(client->keys.publicKey, plaintext));
    });
}

int32_t client_decrypt(
    const centroid_client *client, const centroid_ciphertext *ciphertext, double *values, int32_t count) {
    return guarded([&] {
        expect_ordinary(ciphertext->ciphertext, client->context);
        if (ciphertext->ciphertext->GetKeyTag() != client->keys.secretKey->GetKeyTag()) {
            throw std::runtime_error("the ciphertext was encrypted under another key");
        }
        Plaintext plaintext;
        // Decoding adds noise of its own.
        std::lock_guard<std::mutex> drawing(randomness);
        client->context->Decrypt(client->keys.secretKey, ciphertext->ciphertext, &plaintext);
        plaintext->SetLength(static_cast<size_t>(count));
        const auto decrypted = plaintext->GetRealPackedValue();
        if (decrypted.size() < static_cast<size_t>(count)) throw std::runtime_error("fewer slots than asked for");
        std::copy(decrypted.begin(), decrypted.begin() + count, values);
        return 1;
    });
}

void client_free(centroid_client *client) { delete client; }

// MARK: - The server's

centroid_evaluation_keys *server_read_evaluation_keys(const centroid_context *context, const char *path) {
    return guarded([&] {
        auto stream = opened(path);
        std::lock_guard<std::mutex> entering(tables);
        std::map<std::string, std::vector<EvalKey<DCRTPoly>>> relinearisation;
        std::map<std::string, std::shared_ptr<std::map<uint32_t, EvalKey<DCRTPoly>>>> rotation;
        Serial::Deserialize(relinearisation, stream, SerType::BINARY);
        Serial::Deserialize(rotation, stream, SerType::BINARY);
        if (relinearisation.size() != 1 || rotation.size() != 1 || !rotation.begin()->second
            || relinearisation.begin()->second.empty()) {
            throw std::runtime_error("the file holds no evaluation keys of one client");
        }
        // All is looked at before any of it enters the library's tables.
        const std::string tag = relinearisation.begin()->first;
        if (tag.empty() || rotation.begin()->first != tag) {
            throw std::runtime_error("the evaluation keys are of two clients");
        }
        for (const auto &key : relinearisation.begin()->second) expect_whole(key, tag, context->context);
        for (const auto &[index, key] : *rotation.begin()->second) expect_whole(key, tag, context->context);
        if (CryptoContextImpl<DCRTPoly>::GetAllEvalMultKeys().count(tag) > 0) {
            throw std::runtime_error("these evaluation keys are in use in this process already");
        }
        auto keys = std::make_unique<centroid_evaluation_keys>();
        keys->tag = tag;
        CryptoContextImpl<DCRTPoly>::InsertEvalMultKey(relinearisation.begin()->second, tag);
        CryptoContextImpl<DCRTPoly>::InsertEvalAutomorphismKey(rotation.begin()->second, tag);
        return keys.release();
    });
}

void evaluation_keys_free(centroid_evaluation_keys *keys) {
    guarded([&] {
        std::lock_guard<std::mutex> entering(tables);
        CryptoContextImpl<DCRTPoly>::ClearEvalMultKeys(keys->tag);
        CryptoContextImpl<DCRTPoly>::ClearEvalAutomorphismKeys(keys->tag);
        return 1;
    });
    delete keys;
}

centroid_plaintext *plaintext_encode(
    const centroid_context *context, const double *values, int32_t count, int32_t level) {
    return guarded([&] {
        auto plaintext = context->context->MakeCKKSPackedPlaintext(
            std::vector<double>(values, values + count), 1, static_cast<uint32_t>(level));
        auto &element = plaintext->GetElement<DCRTPoly>();
        element.SetFormat(Format::EVALUATION);
        // Only the ring element is kept: the library's object holds the values beside it.
        return new centroid_plaintext{std::move(element), plaintext->GetScalingFactor()};
    });
}

void plaintext_free(centroid_plaintext *plaintext) { delete plaintext; }

centroid_digits *digits_make(const centroid_context *context, const centroid_ciphertext *ciphertext) {
    return guarded([&] {
        return new centroid_digits{context->context->EvalFastRotationPrecompute(ciphertext->ciphertext)};
    });
}

void digits_free(centroid_digits *digits) { delete digits; }

centroid_ciphertext *rotate(
    const centroid_context *context, const centroid_ciphertext *ciphertext, const centroid_digits *digits,
    int32_t step) {
    return guarded([&] {
        if (digits == nullptr) return made(context->context->EvalRotate(ciphertext->ciphertext, step));
        return made(context->context->EvalFastRotation(
            ciphertext->ciphertext, static_cast<uint32_t>(step), digits->digits));
    });
}

int32_t can_rotate(const centroid_context *context, const centroid_ciphertext *ciphertext, int32_t step) {
    return guarded([&] {
        const auto &all = CryptoContextImpl<DCRTPoly>::GetAllEvalAutomorphismKeys();
        const auto keys = all.find(ciphertext->ciphertext->GetKeyTag());
        const auto index = context->context->FindAutomorphismIndex(static_cast<uint32_t>(step));
        return keys != all.end() && keys->second && keys->second->count(index) > 0 ? 1 : 0;
    });
}

centroid_ciphertext *sum_of_products(
    const centroid_context *context, const centroid_ciphertext *const *ciphertexts,
    const centroid_plaintext *const *plaintexts, int32_t count) {
    return guarded([&] {
        if (count < 1) throw std::runtime_error("there is nothing to sum");
        std::vector<DCRTPoly> elements;
        for (int32_t index = 0; index < count; index++) {
            const auto &factors = ciphertexts[index]->ciphertext->GetElements();
            const auto &plain = plaintexts[index]->element;
            if (factors.size() != 2) throw std::runtime_error("a ciphertext has not two parts");
            if (factors[0].GetNumOfElements() != plain.GetNumOfElements()
                || (index > 0 && plain.GetNumOfElements() != elements[0].GetNumOfElements())) {
                throw std::runtime_error("a ciphertext or plaintext stands at another level than the rest of its sum");
            }
            for (size_t part = 0; part < factors.size(); part++) {
                if (index == 0) {
                    elements.push_back(factors[part] * plain);
                } else {
                    elements[part] += factors[part] * plain;
                }
            }
        }
        auto sum = ciphertexts[0]->ciphertext->CloneEmpty();
        sum->SetElements(std::move(elements));
        sum->SetLevel(ciphertexts[0]->ciphertext->GetLevel());
        sum->SetNoiseScaleDeg(ciphertexts[0]->ciphertext->GetNoiseScaleDeg() + 1);
        sum->SetScalingFactor(ciphertexts[0]->ciphertext->GetScalingFactor() * plaintexts[0]->scale);
        sum->SetSlots(ciphertexts[0]->ciphertext->GetSlots());
        return made(sum);
    });
}

centroid_ciphertext *add(
    const centroid_context *context, const centroid_ciphertext *first, const centroid_ciphertext *second) {
    return guarded([&] { return made(context->context->EvalAdd(first->ciphertext, second->ciphertext)); });
}

centroid_ciphertext *add_plaintext(
    const centroid_context *context, const centroid_ciphertext *ciphertext, const centroid_plaintext *plaintext) {
    return guarded([&] {
        auto sum = ciphertext->ciphertext->Clone();
        auto &element = sum->GetElements()[0];
        if (element.GetNumOfElements() != plaintext->element.GetNumOfElements()) {
            throw std::runtime_error("the plaintext stands at another level than the ciphertext");
        }
        element += plaintext->element;
        return made(sum);
    });
}

centroid_ciphertext *rescale(const centroid_context *context, const centroid_ciphertext *ciphertext) {
    return guarded([&] {
        expect_levels(ciphertext->ciphertext, 1);
        return made(context->context->Rescale(ciphertext->ciphertext));
    });
}

centroid_ciphertext *square(const centroid_context *context, const centroid_ciphertext *ciphertext) {
    return guarded([&] {
        expect_levels(ciphertext->ciphertext, 1);
        auto squared = context->context->EvalSquare(ciphertext->ciphertext);
        context->context->RescaleInPlace(squared);
        return made(squared);
    });
}

centroid_ciphertext *drop_levels(
    const centroid_context *context, const centroid_ciphertext *ciphertext, int32_t levels) {
    return guarded([&] {
        expect_levels(ciphertext->ciphertext, static_cast<size_t>(levels));
        if (levels == 0) return made(ciphertext->ciphertext->Clone());
        return made(context->context->LevelReduce(ciphertext->ciphertext, nullptr, static_cast<size_t>(levels)));
    });
}

const centroid_openfhe functions = {
    CENTROID_OPENFHE_INTERFACE,
    version,
    last_error,
    context_make,
    context_read,
    context_write,
    context_moduli,
    context_slots,
    context_free,
    ciphertext_read,
    ciphertext_write,
    ciphertext_level,
    ciphertext_free,
    client_make,
    client_read,
    client_write,
    client_evaluation_keys,
    client_write_evaluation_keys,
    client_forget_evaluation_keys,
    client_encrypt,
    client_decrypt,
    client_free,
    server_read_evaluation_keys,
    evaluation_keys_free,
    plaintext_encode,
    plaintext_free,
    digits_make,
    digits_free,
    rotate,
    can_rotate,
    sum_of_products,
    add,
    add_plaintext,
    rescale,
    square,
    drop_levels,
};

}  // namespace

extern "C" __attribute__((visibility("default"))) const centroid_openfhe *centroid_openfhe_functions(void) {
    return &functions;
}
