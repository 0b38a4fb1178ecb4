#pragma once
// Percentiles and histograms as SQL functions, with the definitions of query.md section 3.
//
//   xray_sample(value)                      aggregate: whole numbers or doubles (of one type), nulls left out
//   xray_sample_percentile(sample, percent) 50, 95 or 99: the value at that rank, null of nothing
//   xray_sample_histogram(sample)           of doubles: the counts of the 20 bins from minimum to maximum, as text
//
// Several mentions of one xray_sample(…) in a SELECT are one aggregate. It keeps the numbers of the group at hand:
// 8 bytes each, up to three times that for the moment in which its memory grows. What stands for a sample between the
// functions is a small blob.

struct sqlite3;

namespace xray::sqlite {

/// Returns SQLite's result code.
int registerSampleFunctions(sqlite3* handle);

}  // namespace xray::sqlite
