#include "pipeline.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <stdexcept>

#include "ranking.h"
#include "rules.h"
#include "wish.h"

namespace picker {
namespace {

using xray::sdk::Run;
using xray::sdk::Step;

constexpr std::size_t kExamples = 5;  // how many packages a step names in its reasoning or output

/// Why a run ends early: thrown in the step that found out, whose id it carries.
class NothingLeft : public std::runtime_error {
 public:
  NothingLeft(const Step& step, std::string stepName, const std::string& message)
      : std::runtime_error(message), stepId(step.id()), stepName(std::move(stepName)) {}
  xray::Id stepId;
  std::string stepName;
};

[[noreturn]] void giveUp(Step& step, const std::string& stepName, const std::string& message) {
  step.fail("NothingLeft", message);
  throw NothingLeft(step, stepName, message);
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

}  // namespace

/// One wish on its way through the steps.
class Pipeline::Attempt {
 public:
  Attempt(Pipeline& pipeline, Run& run) : pipeline_(pipeline), run_(run) {}

  std::vector<Choice> go(std::string_view wishText) {
    parse(wishText);
    retrieve();
    filter();
    rank();
    return choose();
  }

 private:
  const std::vector<Package>& packages() const { return pipeline_.catalogue_.packages; }
  const std::string& nameOf(std::uint32_t package) const { return packages()[package].name; }

  void dieIfAsked(const std::string& stepName) {
    if (pipeline_.options_.dieIn != stepName) return;
    std::fprintf(stderr, "--die-in %s: the process ends here, in the middle of the step\n", stepName.c_str());
    // What was recorded before a crash has usually left the process by then; here it must not depend on luck.
    pipeline_.client_.flush(std::chrono::seconds(2));
    ::_exit(70);
  }

  template <typename Candidates>
  std::vector<std::string> firstNames(const Candidates& candidates) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < candidates.size() && i < kExamples; ++i) names.push_back(nameOf(candidates[i].package));
    return names;
  }

  void parse(std::string_view text) {
    Step step = run_.step("parse-wish", "parse");
    step.input({{"wish", text}});
    step.reasoning(
        {{"rule", "known conditions are taken out of the sentence; the other words, as stems, are searched for"}});
    dieIfAsked("parse-wish");
    auto wish = parseWish(text);
    if (!wish) giveUp(step, "parse-wish", wish.status().message());
    wish_ = std::move(*wish);
    step.output({{"terms", wish_.terms},
                 {"kind", toString(wish_.kind)},
                 {"interface", toString(wish_.interface)},
                 {"sections", wish_.sections},
                 {"max_installed_kib", wish_.maxInstalledKib},
                 {"without_dependencies", wish_.withoutDependencies},
                 {"prefer_small", wish_.preferSmall}});
  }

  void retrieve() {
    Step step = run_.step("retrieve", "retrieval");
    step.input({{"terms", wish_.terms}, {"packages", packages().size()}, {"limit", pipeline_.options_.candidates}});
    step.reasoning({{"rule", "at least one of the terms in name, description or tags; the best by BM25"}});
    dieIfAsked("retrieve");
    const std::size_t matching = pipeline_.index_.countMatching(wish_.terms);
    hits_ = pipeline_.index_.search(wish_.terms, pipeline_.options_.candidates);
    step.output({{"matching", matching}, {"candidates", hits_.size()}, {"best", firstNames(hits_)}});
    if (hits_.empty()) giveUp(step, "retrieve", "no package has any of the words");
  }

  void filter() {
    Step stage = run_.step("filter", "stage");
    const auto rules = rulesFor(wish_, pipeline_.graph_);
    std::vector<std::string> texts;
    for (const auto& rule : rules) texts.push_back(rule.text);
    stage.input({{"candidates", hits_.size()}});
    stage.reasoning({{"rules", texts}});
    dieIfAsked("filter");
    try {
      for (const auto& rule : rules) apply(rule, stage);
    } catch (const NothingLeft& nothing) {
      stage.fail("NothingLeft", nothing.stepName + " left nothing");
      throw;
    }
    stage.output({{"candidates", hits_.size()}});
  }

  void apply(const Rule& rule, Step& stage) {
    Step step = stage.step(rule.name, "filter");
    const std::size_t before = hits_.size();
    step.input({{"candidates", before}});
    std::vector<std::map<std::string, std::string>> examples;
    std::erase_if(hits_, [&](const Hit& hit) {
      const auto objection = rule.objection(packages()[hit.package]);
      if (objection && examples.size() < kExamples) {
        examples.push_back({{"package", nameOf(hit.package)}, {"why", *objection}});
      }
      return objection.has_value();
    });
    const std::size_t eliminated = before - hits_.size();
    step.output({{"candidates", hits_.size()}, {"best", firstNames(hits_)}});
    step.reasoning({{"rule", rule.text},
                    {"percentage_eliminated", percentage(eliminated, before)},
                    {"eliminated", eliminated},
                    {"examples", examples}});
    if (hits_.empty()) {
      giveUp(step, rule.name, "the rule \"" + rule.text + "\" dropped all " + std::to_string(before) + " candidates");
    }
  }

  void rank() {
    Step step = run_.step("rank", "ranking");
    const Weights weights;
    step.input({{"candidates", hits_.size()}});
    step.reasoning({{"rule", "the sum of the parts, each 0 to 1, times their weights"},
                    {"weights",
                     {{"relevance", weights.relevance},
                      {"coverage", weights.coverage},
                      {"name_match", weights.nameMatch},
                      {"program", weights.program},
                      {"smallness", weights.smallness}}}});
    {
      Step text = step.step("text-relevance", "ranking");
      text.input({{"terms", wish_.terms}, {"candidates", hits_.size()}});
      scored_ = scoreText(hits_, wish_);
      text.output({{"best", firstNames(scored_)}});
      text.reasoning({{"rule", "BM25, the best candidate being 1; coverage is the share of the terms that match"}});
    }
    dieIfAsked("rank");
    {
      Step priors = step.step("priors", "ranking");
      priors.input({{"prefer_small", wish_.preferSmall}, {"candidates", scored_.size()}});
      applyPriors(scored_, packages(), wish_, weights);
      priors.output({{"best", firstNames(scored_)}});
      priors.reasoning({{"rule", "words in the name, tagged as a program, small when the wish says so"}});
    }
    step.output({{"best", firstNames(scored_)}, {"best_total", scored_.front().total}});
  }

  std::vector<Choice> choose() {
    Step step = run_.step("choose", "selection");
    const std::size_t top = std::min(pipeline_.options_.top, scored_.size());
    step.input({{"candidates", scored_.size()}, {"top", pipeline_.options_.top}});
    dieIfAsked("choose");
    std::vector<Choice> choices;
    std::vector<std::map<std::string, std::string>> selected;
    for (std::size_t i = 0; i < top; ++i) {
      choices.push_back({&packages()[scored_[i].package], why(scored_[i])});
      selected.push_back({{"package", choices.back().package->name}, {"why", choices.back().why}});
    }
    step.output({{"selected", selected}});
    std::optional<double> margin;
    if (scored_.size() > top) margin = scored_[top - 1].total - scored_[top].total;
    step.reasoning({{"rule", "the highest totals"}, {"margin_to_next", margin}});
    return choices;
  }

  std::string why(const Scored& scored) const {
    std::string text = "total " + number(scored.total) + ": relevance " + number(scored.relevance) + ", has " +
                       std::to_string(std::lround(scored.coverage * static_cast<double>(wish_.terms.size()))) + " of " +
                       std::to_string(wish_.terms.size()) + " words";
    if (scored.nameMatch > 0) text += ", in the name too";
    if (scored.program > 0) text += ", is a program";
    if (wish_.preferSmall) text += ", smallness " + number(scored.smallness);
    return text;
  }

  Pipeline& pipeline_;
  Run& run_;
  Wish wish_;
  std::vector<Hit> hits_;
  std::vector<Scored> scored_;
};

Pipeline::Pipeline(xray::Client& client, const Catalogue& catalogue, PickOptions options)
    : client_(client),
      catalogue_(catalogue),
      options_(std::move(options)),
      index_(catalogue.packages),
      graph_(catalogue.packages) {}

PickOutcome Pipeline::pick(std::string_view wishText) {
  Run run = client_.startRun(
      "package-picker", {{"wish", wishText}, {"index", catalogue_.source}, {"packages", catalogue_.packages.size()}},
      {.timeout = options_.silenceLimit});
  PickOutcome outcome;
  outcome.runId = run.id();
  try {
    outcome.choices = Attempt(*this, run).go(wishText);
    run.end();
  } catch (const NothingLeft& nothing) {
    outcome.failedStep = nothing.stepName;
    outcome.failure = nothing.what();
    run.logError(nothing.what(), {.type = "NothingLeft", .stepId = nothing.stepId});
  }
  return outcome;
}

}  // namespace picker
