namespace MGLMM.Masks;

/// <summary>A picture whose pixels are numbers: which class or which segment each belongs to. Immutable and thread-safe.</summary>
public sealed class LabelImage
{
    private readonly int[] _labels;

    /// <summary>Takes ownership of the labels.</summary>
    internal LabelImage(int width, int height, int[] labels)
    {
        Width = width;
        Height = height;
        _labels = labels;
    }

    /// <summary>The number of columns.</summary>
    public int Width { get; }

    /// <summary>The number of rows.</summary>
    public int Height { get; }

    /// <summary>The mask of every label that occurs, in one pass.</summary>
    public IReadOnlyDictionary<int, Mask> Masks()
    {
        Dictionary<int, MaskBuilder> builders = new();
        MaskBuilder? builder = null;
        int label = 0;
        for (int x = 0; x < Width; x++)
        {
            int top = 0;
            while (top < Height)
            {
                int here = _labels[(top * Width) + x];
                int bottom = top + 1;
                while (bottom < Height && _labels[(bottom * Width) + x] == here)
                {
                    bottom++;
                }

                if (builder is null || here != label)
                {
                    label = here;
                    if (!builders.TryGetValue(label, out builder))
                    {
                        builders.Add(label, builder = new MaskBuilder(Width, Height));
                    }
                }

                builder.AppendColumnRun(x, top, bottom);
                top = bottom;
            }
        }

        return builders.ToDictionary(entry => entry.Key, entry => entry.Value.ToMask());
    }
}
