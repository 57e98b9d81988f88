#include "base/metrics.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "base/metrics_entry.hpp"

namespace mcpssh::base {
namespace {

constexpr std::array<double, 13> local_bounds{0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
                                              0.02,   0.05,   0.1,    0.2,   0.5,   1};
constexpr std::array<double, 15> remote_bounds{0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1,
                                               2,     5,    10,   30,   60,  120, 300};

/// As both formats want it within quotes.
std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

template <class Metric>
constexpr std::string_view type_of = "histogram";
template <>
constexpr std::string_view type_of<Counter> = "counter";
template <>
constexpr std::string_view type_of<Gauge> = "gauge";

template <class Metric>
std::unique_ptr<Metric> plain() {
  return std::make_unique<Metric>();
}

}  // namespace

const std::span<const double> local_times = local_bounds;
const std::span<const double> remote_times = remote_bounds;

Histogram::Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

void Histogram::observe(std::chrono::nanoseconds took) {
  took = std::max(took, std::chrono::nanoseconds::zero());
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bound = std::ranges::lower_bound(bounds_, seconds);
  counts_[static_cast<std::size_t>(bound - bounds_.begin())].fetch_add(1, std::memory_order_relaxed);
  nanoseconds_.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
}

std::uint64_t Histogram::count(std::size_t bucket) const {
  return counts_[bucket].load(std::memory_order_relaxed);
}

double Histogram::sum() const {
  return static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9;
}

template <class Metric>
Family<Metric>::Family(std::vector<Label> labels, Make make)
    : labels_(std::move(labels)), make_(std::move(make)) {}

template <class Metric>
std::string_view Family<Metric>::known(const Label& label, std::string_view value) const {
  return std::ranges::find(label.values, value) == label.values.end() ? other_value : value;
}

template <class Metric>
Metric& Family<Metric>::at(std::initializer_list<std::string_view> values) {
  if (values.size() != labels_.size())
    throw Error(ErrorCode::internal, "a metric was given another number of label values than it has labels");
  std::string key;
  auto label = labels_.begin();
  for (const auto value : values) key.append(known(*label++, value)).push_back('\0');
  if (const auto found = series_.find(key); found != series_.end()) return *found->second.metric;
  Series series;
  series.metric = make_();
  label = labels_.begin();
  for (const auto value : values) {
    if (!series.labels.empty()) series.labels += ',';
    series.labels += label->name + "=\"" + escaped(known(*label, value)) + '"';
    ++label;
  }
  return *series_.emplace(std::move(key), std::move(series)).first->second.metric;
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

template <class Metric>
Family<Metric>& Metrics::add(std::string name, std::string help, std::vector<Label> labels,
                             typename Family<Metric>::Make make) {
  if (std::ranges::find(entries_, name, &Entry::name) != entries_.end())
    throw Error(ErrorCode::internal, "two metrics are called " + name);
  auto& entry = entries_.emplace_back();
  entry.name = std::move(name);
  entry.help = std::move(help);
  entry.type = type_of<Metric>;
  return entry.family.emplace<Family<Metric>>(std::move(labels), std::move(make));
}

Counter& Metrics::counter(std::string name, std::string help) {
  return counters(std::move(name), std::move(help), {}).at({});
}

Gauge& Metrics::gauge(std::string name, std::string help) {
  return gauges(std::move(name), std::move(help), {}).at({});
}

Gauge& Metrics::foreign_counter(std::string name, std::string help) {
  Gauge& value = gauge(std::move(name), std::move(help));
  entries_.back().type = type_of<Counter>;
  return value;
}

Histogram& Metrics::histogram(std::string name, std::string help, std::span<const double> bounds) {
  return histograms(std::move(name), std::move(help), {}, bounds).at({});
}

Family<Counter>& Metrics::counters(std::string name, std::string help, std::vector<Label> labels) {
  return add<Counter>(std::move(name), std::move(help), std::move(labels), plain<Counter>);
}

Family<Gauge>& Metrics::gauges(std::string name, std::string help, std::vector<Label> labels) {
  return add<Gauge>(std::move(name), std::move(help), std::move(labels), plain<Gauge>);
}

Family<Histogram>& Metrics::histograms(std::string name, std::string help, std::vector<Label> labels,
                                       std::span<const double> bounds) {
  auto make = [bounds] { return std::make_unique<Histogram>(bounds); };
  return add<Histogram>(std::move(name), std::move(help), std::move(labels), std::move(make));
}

std::shared_ptr<void> Metrics::before_render(std::function<void()> look) {
  auto kept = std::make_shared<std::function<void()>>(std::move(look));
  std::erase_if(looks_, [](const auto& gone) { return gone.expired(); });
  looks_.push_back(kept);
  return kept;
}

}  // namespace mcpssh::base
