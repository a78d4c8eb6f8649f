#include "codes.hpp"

#include "parallel.hpp"

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

// Elements of a block-wise copy come in groups of four.
size_t groups_of(size_t d) {
    return (d + kCodeGroup - 1) / kCodeGroup;
}

size_t blocks_of(size_t n) {
    return (n + kCodeBlock - 1) / kCodeBlock;
}

// Codes one vector at a time. Loops go over lanes that the compiler may put into vector registers.
class RowCoder {
   public:
    explicit RowCoder(size_t d) : d_(d), row_((d + kLanes - 1) / kLanes * kLanes), codes_(row_.size()) {}

    // Codes d floats at any address and gives the scale.
    float encode(const uint8_t* vector) {
        std::memcpy(row_.data(), vector, d_ * sizeof(float));
        constexpr float kLeast = 1e-20f; // smaller elements are coded as zero: their inverse may be infinite
        const float most = greatest();
        const float step = most < kLeast ? 0 : most / kMostSteps;
        const float inverse = most < kLeast ? 0 : kMostSteps / most;
        float lost[kLanes] = {};
        float squares[kLanes] = {};
        for (size_t i = 0; i < row_.size(); i += kLanes) {
            for (size_t lane = 0; lane < kLanes; lane++) {
                const float value = row_[i + lane];
                // Adding and subtracting this rounds to a whole number.
                constexpr float kRounding = 3 << 22;
                const float code = value * inverse + kRounding - kRounding;
                const float difference = value - step * code;
                lost[lane] += difference * difference;
                squares[lane] += value * value;
                codes_[i + lane] = uint8_t(int(code) + kZero);
            }
        }
        norm_ = length(squares);
        error_ = length(lost) + norm_ * kRelativeSlack;
        return step;
    }

    // Puts the groups of the code where they lie in a block.
    void store(uint8_t* first_group) const {
        for (size_t group = 0; group < groups_of(d_); group++) {
            std::memcpy(first_group + group * kCodeGroup * kCodeBlock, &codes_[group * kCodeGroup], kCodeGroup);
        }
    }

    // Upper limits of the length of the vector, and of its difference from what the code stands for.
    double norm() const {
        return norm_;
    }
    double error() const {
        return error_;
    }

   private:
    static constexpr size_t kLanes = 16;
    static constexpr double kRelativeSlack = 1.0 / (1 << 22); // a few roundings of an element
    static constexpr double kAbsoluteSlack = 1e-18;           // squares of less vanish

    float greatest() const {
        float most[kLanes] = {};
        for (size_t i = 0; i < row_.size(); i += kLanes) {
            for (size_t lane = 0; lane < kLanes; lane++) {
                const float size = std::fabs(row_[i + lane]);
                most[lane] = size > most[lane] ? size : most[lane];
            }
        }
        return *std::max_element(most, most + kLanes);
    }

    double length(const float* lanes) const {
        double sum = 0;
        for (size_t lane = 0; lane < kLanes; lane++) {
            sum += double(lanes[lane]);
        }
        const double dimensions = double(d_);
        return std::sqrt(sum) * (1 + dimensions * kRelativeSlack) + std::sqrt(dimensions) * kAbsoluteSlack;
    }

    const size_t d_;
    std::vector<float> row_; // filled up with zeros
    std::vector<uint8_t> codes_;
    double norm_ = 0;
    double error_ = 0;
};

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

Codes::Codes(const std::vector<List>& lists, size_t d, size_t threads) : d_(d) {
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
    }
    std::vector<Extent> extents(lists_.size());
    parallel_for(lists_.size(), threads, [&](size_t number) { extents[number] = encode(lists_[number]); });
    for (const Extent& extent : extents) {
        error_ = std::max(error_, extent.error);
        norm_ = std::max(norm_, extent.norm);
    }
    usable_ = norm_ < kMostNorm;
}

Codes::Extent Codes::encode(const CodedList& coded) {
    const size_t block_size = groups_of(d_) * kCodeGroup * kCodeBlock;
    const size_t first_block = size_t(coded.rows.codes - codes_.data()) / block_size;
    uint8_t* const codes = codes_.data() + first_block * block_size;
    float* const scales = scales_.data() + first_block * kCodeBlock;
    std::fill(codes, codes + blocks_of(coded.list.size) * block_size, kZero);
    RowCoder coder(d_);
    Extent extent;
    for (size_t i = 0; i < coded.list.size; i++) {
        scales[i] = coder.encode(coded.list.vectors + i * d_ * sizeof(float));
        coder.store(codes + i / kCodeBlock * block_size + i % kCodeBlock * kCodeGroup);
        extent.error = std::max(extent.error, coder.error());
        extent.norm = std::max(extent.norm, coder.norm());
    }
    return extent;
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
