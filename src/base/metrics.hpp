#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Numbers for the person who runs the server, in the way of Prometheus.
///
/// Threads: a Counter, Gauge or Histogram may be changed from any thread, without a lock. What makes one
/// (Metrics, Family::at) and what reads them all (render) belongs to one thread, the loop's.
namespace mcpssh::base {

/// Only goes up.
class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// How long things took, counted by upper bounds in seconds.
class Histogram {
 public:
  /// `bounds` ascend and outlive it; what is above the last counts as +Inf.
  explicit Histogram(std::span<const double> bounds);
  void observe(std::chrono::nanoseconds took);

  [[nodiscard]] std::span<const double> bounds() const { return bounds_; }
  /// Of the bucket, not of all up to it; the one behind the last bound is +Inf's.
  [[nodiscard]] std::uint64_t count(std::size_t bucket) const;
  [[nodiscard]] double sum() const;

 private:
  std::span<const double> bounds_;
  std::vector<std::atomic<std::uint64_t>> counts_;
  std::atomic<std::uint64_t> nanoseconds_{0};
};

/// What works within the machine, from 0.1 ms to 1 s; and what waits for hosts and people, from 5 ms to 5
/// min.
extern const std::span<const double> local_times;
extern const std::span<const double> remote_times;

/// A label and every value it may have, so that nobody from outside can make series without end: any other
/// value counts as "_OTHER".
struct Label {
  std::string name;
  std::vector<std::string> values;
};
inline constexpr std::string_view other_value = "_OTHER";

/// The series of one name. A series is there from its first use on.
template <class Metric>
class Family {
 public:
  using Make = std::function<std::unique_ptr<Metric>()>;
  Family(std::vector<Label> labels, Make make);

  /// The series of these values, one for each label, in their order.
  Metric& at(std::initializer_list<std::string_view> values);

  struct Series {
    std::string labels;  ///< `a="x",b="y"`, escaped
    std::unique_ptr<Metric> metric;
  };
  [[nodiscard]] const std::map<std::string, Series, std::less<>>& all() const { return series_; }

 private:
  [[nodiscard]] std::string_view known(const Label& label, std::string_view value) const;

  std::vector<Label> labels_;
  Make make_;
  std::map<std::string, Series, std::less<>> series_;
};

extern template class Family<Counter>;
extern template class Family<Gauge>;
extern template class Family<Histogram>;

/// All numbers of one server. Rooms are given one through their options and register what they count; the
/// references live as long as it.
class Metrics {
 public:
  enum class Format { prometheus, openmetrics };

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// `name` in full, a counter's with "_total"; the same name twice is a mistake: throws Error(internal).
  Counter& counter(std::string name, std::string help);
  Gauge& gauge(std::string name, std::string help);
  /// One that somebody else counts, the kernel say: set to what it says.
  Gauge& foreign_counter(std::string name, std::string help);
  Histogram& histogram(std::string name, std::string help, std::span<const double> bounds);
  Family<Counter>& counters(std::string name, std::string help, std::vector<Label> labels);
  Family<Gauge>& gauges(std::string name, std::string help, std::vector<Label> labels);
  Family<Histogram>& histograms(std::string name, std::string help, std::vector<Label> labels,
                                std::span<const double> bounds);

  /// Called before each rendering, to set what is cheaper to look up than to keep; until the returned handle
  /// dies.
  [[nodiscard]] std::shared_ptr<void> before_render(std::function<void()> look);

  /// Text format 0.0.4, or OpenMetrics 1.0.
  [[nodiscard]] std::string render(Format format) const;
  static std::string_view content_type(Format format);

 private:
  struct Entry;
  template <class Metric>
  Family<Metric>& add(std::string name, std::string help, std::vector<Label> labels,
                      typename Family<Metric>::Make make);
  std::list<Entry> entries_;
  std::list<std::weak_ptr<std::function<void()>>> looks_;
};

}  // namespace mcpssh::base
