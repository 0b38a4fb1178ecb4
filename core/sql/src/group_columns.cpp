#include "group_columns.h"

#include <algorithm>

#include "columns.h"
#include "xray/sql/dialect.h"

namespace xray::sql {
namespace {

// In the order of groupStandsBefore. readGroup knows it.
constexpr JsonAs kJsonColumns[] = {JsonAs::Text, JsonAs::Number, JsonAs::Boolean};

/// A column of `blamed` in selectFailures.
const char* columnOf(FailureKey key) {
  switch (key) {
    case FailureKey::StepType:
      return "step_type";
    case FailureKey::Name:
      return "name";
    case FailureKey::Pipeline:
      return "pipeline";
    case FailureKey::ErrorType:
      return "error_type";
    case FailureKey::Rule:
      break;
  }
  return "rule";
}

std::string nameOf(std::size_t index) {
  return "g" + std::to_string(index + 1);
}

GroupValue textValue(const Row& row, int column) {
  return row.isNull(column) ? GroupValue() : GroupValue(row.text(column));
}

GroupValue integerValue(const Row& row, int column) {
  return row.isNull(column) ? GroupValue() : GroupValue(static_cast<double>(row.integer(column)));
}

GroupValue jsonValue(const Row& row, int column) {
  if (!row.isNull(column)) return row.text(column);
  if (!row.isNull(column + 1)) return row.number(column + 1) + 0.0;  // -0 is 0
  if (!row.isNull(column + 2)) return row.integer(column + 2) != 0;
  return {};
}

}  // namespace

GroupColumns::GroupColumns(const std::vector<AnalysisField>& keys, const ReadContext& context,
                           StatementBuilder& statement) {
  for (const AnalysisField& key : keys) {
    if (typeOf(key.field) == FieldType::Json) {
      for (const JsonAs as : kJsonColumns) {
        expressions_.push_back(statement.dialect().json(statement, sql::columnOf(key.field), key.path, as));
      }
    } else if (typeOf(key.field) == FieldType::RunStatus) {
      expressions_.push_back(runStatusText(context, statement));
    } else {
      expressions_.emplace_back(sql::columnOf(key.field));
    }
  }
}

GroupColumns::GroupColumns(const std::vector<FailureKey>& keys) {
  for (const FailureKey key : keys) expressions_.emplace_back(columnOf(key));
}

void GroupColumns::addBucket(const std::string& time, Microseconds interval, StatementBuilder& statement) {
  bucketDialect_ = &statement.dialect();
  Dialect::Bucket bucket = bucketDialect_->bucket(statement, time, interval);
  bucketIsTime_ = bucket.keyIsTime;
  expressions_.push_back(std::move(bucket.key));
}

std::string GroupColumns::definitions() const {
  std::string text;
  for (std::size_t i = 0; i < expressions_.size(); ++i) text += expressions_[i] + " AS " + nameOf(i) + ", ";
  return text;
}

std::string GroupColumns::names() const {
  std::string text;
  for (std::size_t i = 0; i < expressions_.size(); ++i) {
    const bool time = bucketIsTime_ && i + 1 == expressions_.size();
    text += (time ? bucketDialect_->microseconds(nameOf(i)) : nameOf(i)) + ", ";
  }
  return text;
}

std::string GroupColumns::list(const char* keyword) const {
  std::string text;
  const auto add = [&](std::size_t i) { text += (text.empty() ? keyword : ", ") + nameOf(i); };
  // Buckets that are times first: where rows come by time they are nearly in this order already, and times compare
  // faster than texts.
  if (bucketIsTime_) add(expressions_.size() - 1);
  for (std::size_t i = 0; i + (bucketIsTime_ ? 1 : 0) < expressions_.size(); ++i) add(i);
  return text;
}

std::string GroupColumns::descending() const {
  std::string text;
  for (std::size_t i = 0; i < expressions_.size(); ++i) text += ", " + nameOf(i) + " DESC NULLS LAST";
  return text;
}

bool usesRunFields(const std::vector<AnalysisField>& keys) {
  return std::ranges::any_of(keys, [](const AnalysisField& key) { return entityOf(key.field) == Entity::Run; });
}

Group readGroup(const Row& row, const std::vector<AnalysisField>& keys, int& column) {
  Group group;
  for (const AnalysisField& key : keys) {
    const FieldType type = typeOf(key.field);
    group.push_back(type == FieldType::Json     ? jsonValue(row, column)
                    : type == FieldType::Number ? integerValue(row, column)
                                                : textValue(row, column));
    column += type == FieldType::Json ? static_cast<int>(std::size(kJsonColumns)) : 1;
  }
  return group;
}

Group readGroup(const Row& row, const std::vector<FailureKey>& keys, int& column) {
  Group group;
  for (const FailureKey key : keys) {
    group.push_back(key == FailureKey::Rule ? integerValue(row, column) : textValue(row, column));
    ++column;
  }
  return group;
}

}  // namespace xray::sql
