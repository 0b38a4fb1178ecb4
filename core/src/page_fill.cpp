#include "xray/page_fill.h"

namespace xray {

std::size_t textBytes(const Run& run) {
  return run.error.size() + run.metadata.size() + run.lost.size() + run.pipeline.value_or("").size();
}

std::size_t textBytes(const Step& step) {
  return step.name.size() + step.error.size() + step.violations.size() + step.inputData.size() +
         step.outputData.size() + step.reasoning.size();
}

std::size_t textBytes(const StoredRejection& rejection) {
  return rejection.detail.size() + rejection.raw.size();
}

}  // namespace xray
