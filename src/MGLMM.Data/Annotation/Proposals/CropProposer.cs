using System.Globalization;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Proposals;

/// <summary>
/// What a model lists in crops of the picture, which shows it small things larger. What touches the inner edge of a crop is cut off there and left
/// out. Thread-safe.
/// </summary>
/// <param name="model">The model; not disposed.</param>
/// <param name="grid">Crops along each side; at least 2.</param>
public sealed class CropProposer(IGroundingModel model, int grid = 2) : IMaskProposer
{
    private const string Task = "segment_all";

    /// <summary>How much wider a crop is than the grid's cell, so that what lies on a border is whole in one of them.</summary>
    private const double Overlap = 1.3;

    /// <inheritdoc/>
    public string Name => "crops";

    /// <inheritdoc/>
    public string Settings => string.Create(CultureInfo.InvariantCulture, $"crops 1: {grid}");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MaskProposal>> ProposeAsync(AnnotationScene scene, IReadOnlyList<MaskProposal> earlier, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(grid, 2);
        (int width, int height) = (scene.Image.Width, scene.Image.Height);
        List<MaskProposal> found = new();
        for (int index = 0; index < grid * grid; index++)
        {
            (int left, int cropWidth) = Range(index % grid, width);
            (int top, int cropHeight) = Range(index / grid, height);
            IOpenedImage shown = await model.OpenImageAsync(scene.Image.Crop(left, top, cropWidth, cropHeight), cancellationToken).ConfigureAwait(false);
            GroundedAnswer? answer = await GroundedQuestion.AskAsync(model, shown, Task, null, cancellationToken).ConfigureAwait(false);
            foreach (MaskProposal proposal in GroundedQuestion.Masks(answer, string.Create(CultureInfo.InvariantCulture, $"crops:{index + 1}")))
            {
                PixelBox box = proposal.Mask.Box;
                bool cut = (left > 0 && box.Left == 0) || (top > 0 && box.Top == 0)
                    || (left + cropWidth < width && box.Right == cropWidth) || (top + cropHeight < height && box.Bottom == cropHeight);
                if (!cut)
                {
                    found.Add(proposal with { Mask = proposal.Mask.Place(left, top, width, height) });
                }
            }
        }

        return found;
    }

    private (int Start, int Length) Range(int cell, int size)
    {
        int length = Math.Clamp((int)Math.Ceiling(size * Overlap / grid), 1, size);
        return ((int)Math.Round((double)cell * (size - length) / (grid - 1)), length);
    }
}
