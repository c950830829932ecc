#include "checks.hpp"
#include "files.hpp"
#include "functions.hpp"
#include "moduli.hpp"

#include "ciphertext-ser.h"
#include "cryptocontext-ser.h"
#include "scheme/ckksrns/ckksrns-ser.h"

#include <cmath>
#include <stdexcept>

thread_local std::string reason;
std::mutex process;

namespace {

/// Of the primes of key switching: the library's own choice.
constexpr uint32_t auxiliary_bits = 60;

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

}  // namespace

const char *version() { return CENTROID_OPENFHE_ORIGIN; }

const char *last_error() { return reason.c_str(); }

centroid_context *context_make(const centroid_parameters *wanted) {
    return guarded([&] {
        std::lock_guard<std::mutex> alone(process);
        return new centroid_context{generated(*wanted), ""};
    });
}

centroid_context *context_read(const centroid_parameters *wanted, const char *path) {
    return guarded([&] {
        auto stream = opened(path);
        std::lock_guard<std::mutex> alone(process);
        // The library's own function would follow a null pointer of the file.
        Context read;
        cereal::PortableBinaryInputArchive archive(stream);
        archive(read);
        if (!read || !read->GetCryptoParameters() || !read->GetCryptoParameters()->GetElementParams()
            || !read->GetCryptoParameters()->GetEncodingParams()) {
            throw std::runtime_error("the file holds no parameters");
        }
        // What the file says of itself is not believed: moduli, technique and security are those made here, or none.
        // The library's own comparison reads members that its archives leave out.
        Context context = generated(*wanted);
        const auto &found = *read->GetCryptoParameters()->GetElementParams();
        if (!(*context->GetElementParams() == found)
            || parameters_of(context)->GetNumPartQ() != parameters_of(read)->GetNumPartQ()) {
            throw std::runtime_error("the file's parameters are not the circuit's at 128 bits of security");
        }
        return new centroid_context{context, ""};
    });
}

centroid_context *context_lower(const centroid_context *context, int32_t stage, int32_t count, int32_t digits) {
    return guarded([&] {
        std::lock_guard<std::mutex> alone(process);
        const auto whole = std::dynamic_pointer_cast<CryptoParametersCKKSRNS>(context->context->GetCryptoParameters());
        const auto elements = context->context->GetElementParams();
        if (!whole || digits < 1) throw std::runtime_error("there are no digits of key switching");
        // The library's copy constructor leaves members unset that contexts are compared by.
        auto lower = std::make_shared<CryptoParametersCKKSRNS>(
            first_moduli(elements, static_cast<size_t>(count)), whole->GetEncodingParams(),
            whole->GetDistributionParameter(), whole->GetAssuranceMeasure(), whole->GetStdLevel(),
            whole->GetDigitSize(), whole->GetSecretKeyDist(), whole->GetMaxRelinSkDeg(), HYBRID, FIXEDMANUAL,
            STANDARD, HPS, whole->GetPREMode());
        lower->PrecomputeCRTTables(
            HYBRID, FIXEDMANUAL, STANDARD, HPS, static_cast<uint32_t>(digits), auxiliary_bits, 0);
        double bits = 0;
        for (const auto &modulus : lower->GetParamsQP()->GetParams()) {
            bits += std::log2(modulus->GetModulus().ConvertToDouble());
        }
        const auto needed = StdLatticeParm::FindRingDim(
            HEStd_ternary, HEStd_128_classic, static_cast<uint32_t>(std::ceil(bits)));
        if (needed > elements->GetRingDimension()) {
            throw std::runtime_error("so few digits are not at 128 bits of security");
        }
        const auto made = CryptoContextFactory<DCRTPoly>::GetContext(
            lower, context->context->GetScheme(), context->context->getSchemeId());
        return new centroid_context{made, "/" + std::to_string(stage) + "/" + std::to_string(count)};
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
