using Microsoft.Extensions.Options;

namespace MGLMM.Mcp;

/// <summary>Says what is wrong with <see cref="MglmmMcpOptions"/> and what to do.</summary>
internal sealed class MglmmMcpOptionsValidator : IValidateOptions<MglmmMcpOptions>
{
    private const int LargestSidePx = 8192;

    public ValidateOptionsResult Validate(string? name, MglmmMcpOptions options)
    {
        List<string> faults = new();
        if (options.MaximumImageSidePx is < 0 or > LargestSidePx)
        {
            faults.Add($"{Key(nameof(options.MaximumImageSidePx))} is {options.MaximumImageSidePx}; give 0 to {LargestSidePx}.");
        }

        if (options.MaximumImageBytes < 1)
        {
            faults.Add($"{Key(nameof(options.MaximumImageBytes))} is {options.MaximumImageBytes}; give 1 or more.");
        }

        if (options.ProgressInterval < TimeSpan.FromMilliseconds(100) || options.ProgressInterval > TimeSpan.FromMinutes(1))
        {
            faults.Add($"{Key(nameof(options.ProgressInterval))} is {options.ProgressInterval}; give 00:00:00.1 to 00:01:00.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static string Key(string name) => $"{MglmmMcpOptions.SectionName}:{name}";
}
