// The text formats: https://prometheus.io/docs/instrumenting/exposition_formats/ and OpenMetrics 1.0.
#include <fmt/format.h>

#include <iterator>

#include "base/metrics_entry.hpp"

namespace mcpssh::base {
namespace {

using Format = Metrics::Format;

std::string in_braces(std::string_view labels) {
  return labels.empty() ? std::string() : fmt::format("{{{}}}", labels);
}

void put(std::string& to, std::string_view name, std::string_view labels, const Counter& counter) {
  fmt::format_to(std::back_inserter(to), "{}{} {}\n", name, in_braces(labels), counter.value());
}

void put(std::string& to, std::string_view name, std::string_view labels, const Gauge& gauge) {
  fmt::format_to(std::back_inserter(to), "{}{} {}\n", name, in_braces(labels), gauge.value());
}

void put(std::string& to, std::string_view name, std::string_view labels, const Histogram& histogram) {
  const auto out = std::back_inserter(to);
  const std::string_view comma = labels.empty() ? "" : ",";
  std::uint64_t sum = 0;
  for (std::size_t bucket = 0; bucket <= histogram.bounds().size(); ++bucket) {
    sum += histogram.count(bucket);
    const bool last = bucket == histogram.bounds().size();
    const auto bound = last ? std::string("+Inf") : fmt::format("{}", histogram.bounds()[bucket]);
    fmt::format_to(out, "{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bound, sum);
  }
  fmt::format_to(out, "{}_sum{} {}\n", name, in_braces(labels), histogram.sum());
  fmt::format_to(out, "{}_count{} {}\n", name, in_braces(labels), sum);
}

template <class Metric>
void put_series(std::string& to, const std::string& name, const Family<Metric>& family) {
  for (const auto& [key, series] : family.all()) put(to, name, series.labels, *series.metric);
}

void put_series(std::string&, const std::string&, std::monostate) {}

void put_head(std::string& to, Format format, std::string_view name, std::string_view help,
              std::string_view type) {
  // OpenMetrics names a counter without the suffix of its samples.
  if (format == Format::openmetrics && name.ends_with("_total")) name.remove_suffix(6);
  fmt::format_to(std::back_inserter(to), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

}  // namespace

std::string Metrics::render(Format format) const {
  for (const auto& look : looks_)
    if (const auto alive = look.lock()) (*alive)();
  std::string text;
  for (const auto& entry : entries_) {
    put_head(text, format, entry.name, entry.help, entry.type);
    std::visit([&](const auto& family) { put_series(text, entry.name, family); }, entry.family);
  }
  if (format == Format::openmetrics) text += "# EOF\n";
  return text;
}

std::string_view Metrics::content_type(Format format) {
  return format == Format::openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                       : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace mcpssh::base
