using System.Globalization;
using System.Text.RegularExpressions;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Vision;

/// <summary>
/// The sentences by which a chat is told of its pictures, beside what its user says: written here and nowhere else, so that who reads the chat
/// can tell the two apart. Thread-safe.
/// </summary>
public static partial class PictureSentences
{
    private const string Artifact = @"a\d+, the \w+ of img\d+ that render_image made";

    /// <summary>That an attached picture is open.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="picture">What opening it gave.</param>
    public static string Opened(string name, OpenedImageResult picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return string.Create(CultureInfo.InvariantCulture, $"Attached picture {name} is {picture.Image}, {picture.WidthPx} x {picture.HeightPx} px.");
    }

    /// <summary>That an attached picture could not be opened.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="why">Why, as a sentence without a capital; null where that is not known.</param>
    public static string NotOpened(string name, string? why = null) => $"Attached picture {name} could not be opened{(why is null ? "." : $": {why}")}";

    /// <summary>Which pictures are open that a shortened chat no longer names.</summary>
    /// <param name="workspace">Where they are.</param>
    /// <param name="which">Which of them; null takes all.</param>
    public static string OpenAlready(VisionWorkspace workspace, Func<VisionImage, bool>? which = null) =>
        $"Open already, to be used by these handles:\n{VisionBriefing.PicturesOf(workspace, which)}";

    /// <summary>
    /// That what was told before this sentence is not kept any more. It stands in the chat itself, behind what it is about: from here on the same handles are given to other things.
    /// </summary>
    /// <param name="hasPictures">Whether the chat's pictures have the handles that it tells, because they were opened anew; else they are lost too.</param>
    public static string Lost(bool hasPictures) =>
        $"Handles {(hasPictures ? "of regions, sets and files " : string.Empty)}that were told before this mean nothing any more: what they stood for is no longer kept.";

    /// <summary>Which of several open pictures requests are about, unless they name another.</summary>
    /// <param name="image">Its handle.</param>
    public static string About(string image) => $"The picture that requests are about: {image}";

    /// <summary>What a picture is that was drawn and is shown with this sentence.</summary>
    /// <param name="drawn">The file.</param>
    public static string Shown(VisionArtifact drawn) => $"This is {NameOf(drawn)}.";

    /// <summary>That a picture was drawn, and is not shown.</summary>
    /// <param name="drawn">The file.</param>
    /// <param name="why">What it is that it is not shown: "too large".</param>
    public static string NotShown(VisionArtifact drawn, string why) => $"{NameOf(drawn)}, is {why} to be shown here; the user has it.";

    /// <summary>What a user says, without these sentences.</summary>
    /// <param name="text">One piece of text of a user's message.</param>
    /// <returns>The words; empty where all of it is such sentences.</returns>
    public static string Without(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Any().Replace(text, string.Empty).Trim();
    }

    private static string NameOf(VisionArtifact drawn)
    {
        ArgumentNullException.ThrowIfNull(drawn);
        return $"{drawn.Handle}, the {drawn.Kind} of {drawn.Image} that render_image made";
    }

    [GeneratedRegex(
        @"Attached picture \S+ (?:is img\d+, \d+ x \d+ px\.|could not be opened(?:\.|:[^\n]*))|Open already, to be used by these handles:(?:\n- [^\n]*)*"
        + "|Handles (?:of regions, sets and files )?that were told before this mean nothing any more: what they stood for is no longer kept\\."
        + $"|This is {Artifact}\\.|{Artifact}, is [^\\n;]* to be shown here; the user has it\\.",
        RegexOptions.CultureInvariant)]
    private static partial Regex Any();
}
