using System.Globalization;
using System.Text;
using MGLMM.Language;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Vision;

/// <summary>What a planner should be told of a conversation, in short lines of text. Immutable.</summary>
/// <param name="Pictures">The open pictures, one a line, and what regions are known of each; that there are none, where there are none.</param>
/// <param name="Model">What the model knows; that there is none, where there is none.</param>
public sealed record VisionBriefing(string Pictures, string Model)
{
    private const int MostPictures = 12;
    private const int MostSets = 6;
    private const int LongestName = 60;

    internal static VisionBriefing Of(VisionWorkspace workspace, ModelCard? card) => new(PicturesOf(workspace), ModelOf(card));

    /// <summary>Some pictures, as a line each, with the sets of regions that are known of them.</summary>
    /// <param name="workspace">Where they are.</param>
    /// <param name="which">Which of them; null takes all.</param>
    public static string PicturesOf(VisionWorkspace workspace, Func<VisionImage, bool>? which = null)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        VisionImage[] images = workspace.Images.Where(image => which?.Invoke(image) != false).ToArray();
        if (images.Length == 0)
        {
            return "none is open yet; open_image opens one";
        }

        StringBuilder text = new();
        foreach (VisionImage? image in images.TakeLast(MostPictures))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {image.Handle}: {PlainText.Limit(image.Name, LongestName)}, {image.Width} x {image.Height} px");
            VisionSet[] sets = workspace.Sets.Where(set => set.Image == image.Handle && set.Regions.Count > 0).TakeLast(MostSets).ToArray();
            if (sets.Length > 0)
            {
                text.Append("; known: ").AppendJoin(", ", sets.Select(set => $"{set.Handle} ({ResultBudget.Names([.. workspace.RegionsInSet(set.Handle).Select(Named)])})"));
            }

            text.Append('\n');
        }

        if (images.Length > MostPictures)
        {
            text.Append(CultureInfo.InvariantCulture, $"- and {EnglishNouns.Counted(images.Length - MostPictures, "older picture")}\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Named(VisionRegion region) => region.Phrase is null ? region.Handle : $"{region.Handle} {region.Phrase}";

    private static string ModelOf(ModelCard? card)
    {
        if (card is null)
        {
            return "There is no vision model: pictures cannot be asked about; geometry, rendering and exports work.";
        }

        ModelSummary model = ModelSummary.Of(card);
        StringBuilder text = new($"{model.Name}.");
        if (model.Knows is not null)
        {
            text.Append(' ').Append(model.Knows.TrimEnd('.')).Append('.');
        }

        if (model.Nouns is not null)
        {
            text.Append(" Nouns that it knows: ").Append(model.Nouns).Append('.');
        }

        if (model.Granularities.Count > 0)
        {
            text.Append(" Granularities: ").AppendJoin(", ", model.Granularities).Append('.');
        }

        if (model.Languages is not null)
        {
            text.Append(" Languages that it reads: ").AppendJoin(", ", model.Languages).Append('.');
        }

        return text.ToString();
    }
}
