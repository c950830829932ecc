#include "checks.hpp"
#include "files.hpp"
#include "functions.hpp"
#include "moduli.hpp"
#include "secrets.hpp"

#include "cryptocontext-ser.h"
#include "key/key-ser.h"
#include "scheme/ckksrns/ckksrns-ser.h"

#include <map>
#include <stdexcept>

namespace {

using Relinearisation = std::map<std::string, std::vector<EvalKey<DCRTPoly>>>;
using Rotation = std::map<std::string, std::shared_ptr<std::map<uint32_t, EvalKey<DCRTPoly>>>>;

/// Throws where the library's tables have keys of the tag.
void expect_unused(const std::string &tag) {
    if (CryptoContextImpl<DCRTPoly>::GetAllEvalMultKeys().count(tag) > 0
        || CryptoContextImpl<DCRTPoly>::GetAllEvalAutomorphismKeys().count(tag) > 0) {
        throw std::runtime_error("these evaluation keys are in use in this process already");
    }
}

/// Takes keys out of the library's tables, what there is of them. Under the tables' lock.
struct Forgetting {
    void operator()(centroid_evaluation_keys *keys) const {
        CryptoContextImpl<DCRTPoly>::ClearEvalMultKeys(keys->tag);
        CryptoContextImpl<DCRTPoly>::ClearEvalAutomorphismKeys(keys->tag);
        delete keys;
    }
};

/// Keys that are forgotten unless they are released.
using Keys = std::unique_ptr<centroid_evaluation_keys, Forgetting>;

/// The client's secret over the moduli of a lower context. Draws a tag, which is then replaced.
void lower(Secret &secret, const centroid_client *client, const centroid_context *context) {
    secret.key = std::make_shared<PrivateKeyImpl<DCRTPoly>>(context->context);
    secret.key->SetPrivateElement(restricted(
        client->keys.secretKey->GetPrivateElement(), context->context->GetElementParams(),
        "the keys belong to other parameters"));
    secret.key->SetKeyTag(tag_under(context, client->keys.secretKey->GetKeyTag()));
}

/// A key that came out of a file, under the context of this process. Throws unless it is whole and of the tag.
EvalKey<DCRTPoly> checked(const EvalKey<DCRTPoly> &read, const std::string &tag, const Context &context) {
    if (!read || read->GetKeyTag() != tag) throw std::runtime_error("an evaluation key is of another client");
    const auto parameters = parameters_of(context);
    const auto moduli = parameters->GetParamsQP();
    for (const auto *half : {&read->GetAVector(), &read->GetBVector()}) {
        bool whole = half->size() == parameters->GetNumPartQ();
        for (const auto &element : *half) whole = whole && is_whole(element, moduli, moduli->GetParams().size());
        if (!whole) throw std::runtime_error("an evaluation key is not whole, or of other parameters");
    }
    auto key = std::make_shared<EvalKeyRelinImpl<DCRTPoly>>(context);
    key->SetAVector(read->GetAVector());
    key->SetBVector(read->GetBVector());
    key->SetKeyTag(tag);
    return key;
}

}  // namespace

centroid_evaluation_keys *client_evaluation_keys(
    const centroid_client *client, const centroid_context *context, const int32_t *steps, int32_t count,
    int32_t relinearises) {
    return guarded([&] {
        std::lock_guard<std::mutex> alone(process);
        Secret secret;
        lower(secret, client, context);
        expect_unused(secret.key->GetKeyTag());
        Keys keys(new centroid_evaluation_keys{secret.key->GetKeyTag()});
        if (relinearises != 0) context->context->EvalMultKeyGen(secret.key);
        if (count > 0) {
            context->context->EvalRotateKeyGen(secret.key, std::vector<int32_t>(steps, steps + count));
        }
        return keys.release();
    });
}

int32_t evaluation_keys_write(const centroid_evaluation_keys *keys, const char *path) {
    return guarded([&] {
        auto stream = created(path);
        std::lock_guard<std::mutex> alone(process);
        Relinearisation relinearisation;
        Rotation rotation;
        const auto &squares = CryptoContextImpl<DCRTPoly>::GetAllEvalMultKeys();
        const auto &steps = CryptoContextImpl<DCRTPoly>::GetAllEvalAutomorphismKeys();
        if (const auto found = squares.find(keys->tag); found != squares.end()) relinearisation.insert(*found);
        if (const auto found = steps.find(keys->tag); found != steps.end()) rotation.insert(*found);
        Serial::Serialize(relinearisation, stream, SerType::BINARY);
        Serial::Serialize(rotation, stream, SerType::BINARY);
        return closed(stream);
    });
}

centroid_evaluation_keys *evaluation_keys_read(const centroid_context *context, const char *path) {
    return guarded([&] {
        auto stream = opened(path);
        std::lock_guard<std::mutex> alone(process);
        Relinearisation relinearisation;
        Rotation rotation;
        Serial::Deserialize(relinearisation, stream, SerType::BINARY);
        Serial::Deserialize(rotation, stream, SerType::BINARY);
        if (relinearisation.size() > 1 || rotation.size() > 1 || relinearisation.size() + rotation.size() == 0) {
            throw std::runtime_error("the file holds no evaluation keys of one client");
        }
        // All is looked at before any of it enters the library's tables.
        const std::string tag = rotation.empty() ? relinearisation.begin()->first : rotation.begin()->first;
        if (tag.empty() || (!relinearisation.empty() && relinearisation.begin()->first != tag)) {
            throw std::runtime_error("the evaluation keys are of two clients");
        }
        if (tag != tag_under(context, tag)) {
            throw std::runtime_error("the evaluation keys belong to other parameters");
        }
        for (auto &[name, keys] : relinearisation) {
            if (keys.empty()) throw std::runtime_error("there is no key for relinearisation");
            for (auto &key : keys) key = checked(key, tag, context->context);
        }
        for (auto &[name, keys] : rotation) {
            if (!keys) throw std::runtime_error("there are no rotation keys");
            for (auto &[index, key] : *keys) key = checked(key, tag, context->context);
        }
        expect_unused(tag);
        Keys keys(new centroid_evaluation_keys{tag});
        for (const auto &[name, all] : relinearisation) CryptoContextImpl<DCRTPoly>::InsertEvalMultKey(all, tag);
        for (const auto &[name, all] : rotation) CryptoContextImpl<DCRTPoly>::InsertEvalAutomorphismKey(all, tag);
        return keys.release();
    });
}

void evaluation_keys_free(centroid_evaluation_keys *keys) {
    guarded([&] {
        std::lock_guard<std::mutex> alone(process);
        Forgetting()(keys);
        return 1;
    });
}
