// The partition of AWS that an organization lies in: `partition NAME`, else that of the regions
// that the program names. Every ARN is of it.
#pragma once

#include <string_view>

#include "program/sema/context.h"

namespace writ::sema {

/// Sets the organization's partition. To be called once all names are declared.
void ChoosePartition(Context& context);

/// Whether a region lies in the organization's partition; reports one that does not.
bool CheckRegion(Context& context, const catalog::Region& region, Span span);

/// Whether an ARN can be of the organization's partition, its region included; reports one that
/// cannot. Text that is no ARN passes.
bool CheckArnPartition(Context& context, std::string_view arn, Span span);

}  // namespace writ::sema
