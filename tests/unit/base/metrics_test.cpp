#include "base/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/error.hpp"

namespace mcpssh::base {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using Format = Metrics::Format;

std::string text_of(const Metrics& metrics, Format format = Format::prometheus) {
  return metrics.render(format);
}

TEST(Metrics, ACounterHasHelpTypeAndItsValue) {
  Metrics metrics;
  metrics.counter("seen_total", "What was seen.").add(3);
  EXPECT_EQ(text_of(metrics), "# HELP seen_total What was seen.\n# TYPE seen_total counter\nseen_total 3\n");
}

TEST(Metrics, OpenMetricsNamesTheCounterWithoutItsSuffixAndEnds) {
  Metrics metrics;
  metrics.counter("seen_total", "What was seen.").add();
  EXPECT_EQ(text_of(metrics, Format::openmetrics),
            "# HELP seen What was seen.\n# TYPE seen counter\nseen_total 1\n# EOF\n");
}

TEST(Metrics, AValueOutsideOfTheLabelsListCountsAsOther) {
  Metrics metrics;
  auto& family = metrics.counters("calls_total", "Calls.", {{"tool", {"run", "stop"}}, {"end", {"ok"}}});
  family.at({"run", "ok"}).add(2);
  family.at({"run", "ok"}).add();
  family.at({"evil\"} 9\nmade_up 1", "ok"}).add();
  family.at({"another", "ok"}).add();
  const auto text = text_of(metrics);
  EXPECT_THAT(text, HasSubstr("calls_total{tool=\"run\",end=\"ok\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("calls_total{tool=\"_OTHER\",end=\"ok\"} 2\n"));
  EXPECT_THAT(text, Not(HasSubstr("made_up")));
  EXPECT_THAT(text, Not(HasSubstr("stop"))) << "a series is there from its first use on";
}

TEST(Metrics, ValuesAreEscaped) {
  Metrics metrics;
  metrics.gauges("info", "Facts.", {{"v", {"a\"b\\c\nd"}}}).at({"a\"b\\c\nd"}).set(1);
  EXPECT_THAT(text_of(metrics), HasSubstr(R"(info{v="a\"b\\c\nd"} 1)"));
}

TEST(Metrics, AHistogramsBucketsAddUpAndABoundBelongsToItsBucket) {
  Metrics metrics;
  static constexpr std::array<double, 2> bounds{0.1, 1};
  auto& took = metrics.histograms("took_seconds", "Time.", {{"what", {"x"}}}, bounds).at({"x"});
  for (const auto time : {-5ms, 50ms, 100ms, 900ms, 2000ms}) took.observe(time);
  const auto text = text_of(metrics);
  EXPECT_THAT(text, HasSubstr("# TYPE took_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("took_seconds_bucket{what=\"x\",le=\"0.1\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("took_seconds_bucket{what=\"x\",le=\"1\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("took_seconds_bucket{what=\"x\",le=\"+Inf\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("took_seconds_sum{what=\"x\"} 3.05\n"));
  EXPECT_THAT(text, HasSubstr("took_seconds_count{what=\"x\"} 5\n"));
}

TEST(Metrics, AHistogramWithoutLabelsHasOnlyTheBound) {
  Metrics metrics;
  metrics.histogram("took_seconds", "Time.", local_times).observe(3ms);
  const auto text = text_of(metrics);
  EXPECT_THAT(text, HasSubstr("took_seconds_bucket{le=\"0.002\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("took_seconds_bucket{le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("took_seconds_count 1\n"));
}

TEST(Metrics, WhatIsLookedUpIsAskedBeforeEachRenderingAndNotAfterItsEnd) {
  Metrics metrics;
  auto& open = metrics.gauge("open", "Open things.");
  int asked = 0;
  auto look = metrics.before_render([&] { open.set(++asked); });
  EXPECT_THAT(text_of(metrics), HasSubstr("open 1\n"));
  EXPECT_THAT(text_of(metrics), HasSubstr("open 2\n"));
  look.reset();
  EXPECT_THAT(text_of(metrics), HasSubstr("open 2\n"));
  EXPECT_EQ(asked, 2);
}

TEST(Metrics, WhatTheKernelCountsIsACounterThatIsSet) {
  Metrics metrics;
  metrics.foreign_counter("cpu_seconds_total", "Time.").set(1.5);
  EXPECT_THAT(text_of(metrics), HasSubstr("# TYPE cpu_seconds_total counter\ncpu_seconds_total 1.5\n"));
}

TEST(Metrics, OneNameIsGivenOnce) {
  Metrics metrics;
  metrics.gauge("open", "Open things.");
  EXPECT_THROW(metrics.counter("open", "Again."), Error);
  EXPECT_THROW(metrics.counters("of", "Of.", {{"a", {"b"}}}).at({"b", "c"}), Error);
}

TEST(Metrics, ThreadsMayCountAtOnce) {
  Metrics metrics;
  auto& counter = metrics.counter("seen_total", "Seen.");
  auto& took = metrics.histogram("took_seconds", "Time.", local_times);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&] {
        for (int i = 0; i < 10'000; ++i) {
          counter.add();
          took.observe(1us);
        }
      });
  }
  EXPECT_EQ(counter.value(), 40'000U);
  EXPECT_EQ(took.count(0), 40'000U);
}

}  // namespace
}  // namespace mcpssh::base
