using MGLMM.Runtime;
using MGLMM.Runtime.Bundles;
using Microsoft.Extensions.Options;

namespace MGLMM.Hosting;

/// <summary>Says what is wrong with <see cref="MglmmOptions"/> and what to do, all of it at once, before anything is loaded.</summary>
internal sealed class MglmmOptionsValidator(ModelFactory factory) : IValidateOptions<MglmmOptions>
{
    public ValidateOptionsResult Validate(string? name, MglmmOptions options)
    {
        List<string> faults = new();
        if (factory.Target is BundleModelFactory)
        {
            CheckBundle(options.BundlePath, faults);
        }

        if (!Enum.IsDefined(options.Accelerator))
        {
            faults.Add($"{Key(nameof(options.Accelerator))} is {options.Accelerator}; use one of: {string.Join(", ", Enum.GetNames<Accelerator>())}.");
        }

        AtLeast(0, options.DeviceId, nameof(options.DeviceId), faults);
        AtLeast(0, options.Threads, nameof(options.Threads), faults);
        AtLeast(0, options.ImageCacheBytes ?? 0, nameof(options.ImageCacheBytes), faults);
        AtLeast(1, options.MaximumConcurrentRequests, nameof(options.MaximumConcurrentRequests), faults);
        AtLeast(0, options.MaximumQueuedRequests, nameof(options.MaximumQueuedRequests), faults);
        AtLeast(1, options.MaximumConcurrentRequestsPerOwner ?? 1, nameof(options.MaximumConcurrentRequestsPerOwner), faults);
        AtLeast(0, options.MaximumQueuedRequestsPerOwner ?? 0, nameof(options.MaximumQueuedRequestsPerOwner), faults);
        AtLeast(1, options.MaximumImageBytes ?? 1, nameof(options.MaximumImageBytes), faults);
        AtLeast(1, options.MaximumImagePixels ?? 1, nameof(options.MaximumImagePixels), faults);
        AtLeast(1 << 20, options.MaximumDecodingBytes ?? 1 << 20, nameof(options.MaximumDecodingBytes), faults);
        AtLeast(1, options.MaximumNewTokens, nameof(options.MaximumNewTokens), faults);
        AtLeast(200, options.MaximumResultTokens, nameof(options.MaximumResultTokens), faults);
        AtLeast(1, options.MaximumConversations, nameof(options.MaximumConversations), faults);
        AtLeast(1, options.MaximumConversationsPerOwner, nameof(options.MaximumConversationsPerOwner), faults);
        AtLeast(1, options.MaximumConversationBytes, nameof(options.MaximumConversationBytes), faults);
        if (options.ConversationIdleTime <= TimeSpan.Zero && options.ConversationIdleTime != Timeout.InfiniteTimeSpan)
        {
            faults.Add($"{Key(nameof(options.ConversationIdleTime))} is {options.ConversationIdleTime}; give a time above zero, such as 01:00:00.");
        }

        if (options.LoadWait < TimeSpan.Zero || options.LoadWait > TimeSpan.FromHours(1))
        {
            faults.Add($"{Key(nameof(options.LoadWait))} is {options.LoadWait}; give 00:00:00 to 01:00:00.");
        }

        for (int index = 0; index < options.AllowedFolders.Count; index++)
        {
            string folder = options.AllowedFolders[index];
            string key = Key($"{nameof(options.AllowedFolders)}:{index}");
            if (!Path.IsPathFullyQualified(folder))
            {
                faults.Add($"{key} is '{folder}'; give a full path.");
            }
            else if (!Directory.Exists(folder))
            {
                faults.Add($"{key} is '{folder}', which is no folder; create it, or take it out.");
            }
        }

        if (options.OutputFolder is { } output && !Path.IsPathFullyQualified(output))
        {
            faults.Add($"{Key(nameof(options.OutputFolder))} is '{output}'; give a full path, or leave it out to keep files in memory.");
        }

        // What is left is for those who know best: the records' own rules.
        if (faults.Count == 0)
        {
            try
            {
                options.ToToolsetOptions().Inputs.Validate();
                options.ToToolsetOptions().Validate();
                options.ToWorkspacesOptions().Validate();
            }
            catch (ArgumentException exception)
            {
                faults.Add($"{MglmmOptions.SectionName}: {exception.Message}");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void CheckBundle(string? path, List<string> faults)
    {
        const string Remedy = "give the folder of a model bundle (mglmm convert makes one from a checkpoint)";
        string key = Key(nameof(MglmmOptions.BundlePath));
        if (string.IsNullOrWhiteSpace(path))
        {
            faults.Add($"{key} is not set; {Remedy}.");
        }
        else if (!Directory.Exists(path))
        {
            faults.Add($"{key} is '{path}', which is no folder; {Remedy}.");
        }
        else if (!File.Exists(Path.Combine(path, BundleManifest.FileName)))
        {
            faults.Add($"{key} is '{path}', which has no {BundleManifest.FileName}; {Remedy}.");
        }
    }

    private static void AtLeast(long least, long value, string name, List<string> faults)
    {
        if (value < least)
        {
            faults.Add($"{Key(name)} is {value}; give {least} or more.");
        }
    }

    private static string Key(string name) => $"{MglmmOptions.SectionName}:{name}";
}
