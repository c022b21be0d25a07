using MGLMM.Vision.Contents;
using Microsoft.Extensions.Options;

namespace MGLMM.Hosting;

/// <summary>Says what is wrong with <see cref="ConversationFolderOptions"/> and what to do.</summary>
internal sealed class ConversationFolderOptionsValidator : IValidateOptions<ConversationFolderOptions>
{
    public ValidateOptionsResult Validate(string? name, ConversationFolderOptions options)
    {
        List<string> faults = new();
        if (!Path.IsPathFullyQualified(options.Folder))
        {
            faults.Add($"{Key(nameof(options.Folder))} is '{options.Folder}'; give a full path.");
        }

        AtLeast(options.MaximumPerOwner, nameof(options.MaximumPerOwner));
        AtLeast(options.MaximumBytes, nameof(options.MaximumBytes));
        AtLeast(options.MaximumOpen, nameof(options.MaximumOpen));
        AtLeast(options.MaximumOpenBytes, nameof(options.MaximumOpenBytes));
        if (options.MaximumAge <= TimeSpan.Zero)
        {
            faults.Add($"{Key(nameof(options.MaximumAge))} is {options.MaximumAge}; give a time above zero, such as 30.00:00:00.");
        }

        try
        {
            options.WorkspaceLimits.Validate();
        }
        catch (ArgumentException exception)
        {
            faults.Add($"{Key(nameof(options.WorkspaceLimits))}: {exception.Message}");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void AtLeast(long value, string option)
        {
            if (value < 1)
            {
                faults.Add($"{Key(option)} is {value}; give 1 or more.");
            }
        }
    }

    private static string Key(string name) => $"{ConversationFolderOptions.SectionName}:{name}";
}
