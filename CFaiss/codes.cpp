#include "codes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cfaiss {

namespace {

constexpr uint8_t kZero = 128; // codes are stored with this added, as the instructions want one side unsigned
constexpr float kMostSteps = 127;
constexpr int kMostQuerySteps = 127 * 128;

// Lengths outside have no codes: squares and products stay far from where floats end.
constexpr double kLeastNorm = 1e-12;
constexpr double kMostNorm = 1e12;

double norm_of(const float* values, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += double(values[i]) * double(values[i]);
    }
    return std::sqrt(sum);
}

float greatest(const float* values, size_t n) {
    float most = 0;
    for (size_t i = 0; i < n; i++) {
        most = std::max(most, std::fabs(values[i]));
    }
    return most;
}

// Elements of a block-wise copy come in groups of four.
size_t groups_of(size_t d) {
    return (d + kCodeGroup - 1) / kCodeGroup;
}

size_t blocks_of(size_t n) {
    return (n + kCodeBlock - 1) / kCodeBlock;
}

}  // namespace

bool QueryCode::assign(const float* query, size_t d) {
    groups = groups_of(d);
    norm = norm_of(query, d);
    if (!(norm > kLeastNorm && norm < kMostNorm)) {
        return false;
    }
    // No sum of products of codes may leave 32 bits.
    const double room = double(std::numeric_limits<int32_t>::max()) / (double(kMostSteps) * double(d));
    const double most = std::floor(std::min<double>(kMostQuerySteps, room));
    const float inverse = float(most / greatest(query, d));
    step = 1 / double(inverse);
    values_.assign(groups * kCodeGroup, 0);
    high_.assign(groups * kCodeGroup, 0);
    low_.assign(groups * kCodeGroup, 0);
    double squares = 0;
    int32_t sum = 0;
    int32_t high_sum = 0;
    for (size_t i = 0; i < d; i++) {
        const int value = int(std::min(most, std::max(-most, double(std::nearbyint(query[i] * inverse)))));
        const double lost = double(query[i]) - value * step;
        squares += lost * lost;
        values_[i] = int16_t(value);
        high_[i] = int8_t((value + 64) >> 7);
        low_[i] = int8_t(value - high_[i] * 128);
        sum += value;
        high_sum += high_[i];
    }
    error = std::sqrt(squares);
    values = values_.data();
    high = high_.data();
    low = low_.data();
    offset = int32_t(kZero) * sum;
    high_offset = int32_t(kZero) * high_sum;
    low_offset = int32_t(kZero) * (sum - high_sum * 128);
    return true;
}

Codes::Codes(const std::vector<List>& lists, size_t d) : d_(d) {
    size_t blocks = 0;
    uint64_t places = 0;
    for (const List& list : lists) {
        blocks += blocks_of(list.size);
        places += (list.size + kBlock - 1) / kBlock * kBlock;
    }
    if (places > std::numeric_limits<uint32_t>::max()) {
        return;
    }
    const size_t block_size = groups_of(d) * kCodeGroup * kCodeBlock;
    codes_ = LargeBuffer(blocks * block_size);
    scales_.resize(blocks * kCodeBlock);
    lists_.reserve(lists.size());
    size_t block = 0;
    for (const List& list : lists) {
        lists_.push_back({list, {codes_.data() + block * block_size, scales_.data() + block * kCodeBlock}});
        block += blocks_of(list.size);
        encode(lists_.back());
    }
    usable_ = norm_ < kMostNorm;
}

void Codes::encode(const CodedList& coded) {
    const size_t block_size = groups_of(d_) * kCodeGroup * kCodeBlock;
    std::vector<float> row(d_);
    const size_t first = size_t(coded.rows.codes - codes_.data()) / block_size * kCodeBlock;
    uint8_t* const codes = codes_.data() + first / kCodeBlock * block_size;
    std::fill(codes, codes + blocks_of(coded.list.size) * block_size, kZero);
    for (size_t i = 0; i < coded.list.size; i++) {
        std::memcpy(row.data(), coded.list.vectors + i * d_ * sizeof(float), d_ * sizeof(float));
        encode_row(
                row.data(), codes + i / kCodeBlock * block_size + i % kCodeBlock * kCodeGroup, &scales_[first + i]);
    }
}

void Codes::encode_row(const float* row, uint8_t* codes, float* scale) {
    constexpr float kLeast = 1e-20f; // smaller elements are coded as zero: their inverse may be infinite
    const float most = greatest(row, d_);
    const float step = most < kLeast ? 0 : most / kMostSteps;
    const float inverse = most < kLeast ? 0 : kMostSteps / most;
    double lost = 0;
    double squares = 0;
    for (size_t i = 0; i < d_; i++) {
        const float code = std::nearbyint(std::min(kMostSteps, std::max(-kMostSteps, row[i] * inverse)));
        const double difference = double(row[i]) - double(step) * double(code);
        lost += difference * difference;
        squares += double(row[i]) * double(row[i]);
        codes[i / kCodeGroup * kCodeGroup * kCodeBlock + i % kCodeGroup] = uint8_t(int(code) + kZero);
    }
    *scale = step;
    error_ = std::max(error_, std::sqrt(lost));
    norm_ = std::max(norm_, std::sqrt(squares));
}

float Codes::bound(const QueryCode& query) const {
    // <q, v> - <q', v'> = <q, v - v'> + <q - q', v'>, by Cauchy and Schwarz at most |q| |v - v'| + |q - q'| |v'|. The
    // scores of the kernels and the products differ from these by rounding: d + 8 roundings, each of at most 2^-24 of
    // a length times a length, on either side.
    const double coded_norm = norm_ + error_;
    const double rounding = double(d_ + 8) * std::ldexp(1.0, -23) * (query.norm + query.error) * coded_norm;
    const double bound = query.norm * error_ + query.error * coded_norm + rounding;
    return float(bound / query.step * 1.0001);
}

}  // namespace cfaiss
