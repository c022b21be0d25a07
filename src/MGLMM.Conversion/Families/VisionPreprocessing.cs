using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>What preprocessor_config.json of the vision tower says, in its old (integers) and new (objects) form.</summary>
internal sealed record VisionPreprocessing(bool CenterCrop, double[] Mean, double[] StandardDeviation, double RescaleFactor)
{
    private static readonly double[] ClipMean = [0.48145466, 0.4578275, 0.40821073];

    private static readonly double[] ClipDeviation = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>What transformers takes for a size that the file does not say.</summary>
    private const int DefaultSide = 224;

    /// <summary>Reads the folder's file, or takes CLIP's own values where there is none.</summary>
    /// <exception cref="ConversionException">It asks for something that this runtime does not do, or for another size than the weights.</exception>
    public static VisionPreprocessing Read(string folder, int imageSize)
    {
        if (CheckpointConfiguration.LoadOptional(Path.Combine(folder, "preprocessor_config.json")) is not { } file)
        {
            return new VisionPreprocessing(CenterCrop: true, ClipMean, ClipDeviation, 1d / 255);
        }

        foreach (string step in (string[])["do_resize", "do_rescale", "do_normalize"])
        {
            if (file.Flag(step) == false)
            {
                throw new ConversionException($"preprocessor_config.json switches '{step}' off; the runtime always does that step.");
            }
        }

        if ((file.Integer("resample") ?? 3) != 3)
        {
            throw new ConversionException($"preprocessor_config.json asks for resample {file.Integer("resample")}; only 3 (bicubic) is supported.");
        }

        // A fixed height and width stretch the picture, and nothing is left to crop.
        bool isFixed = file.Section("size") is { } fixedSize && fixedSize.HasValue("height") && !fixedSize.HasValue("shortest_edge");
        bool centerCrop = file.Flag("do_center_crop") ?? true;
        int size = Side(file, "size") ?? DefaultSide;
        int crop = centerCrop ? Side(file, "crop_size") ?? DefaultSide : imageSize;
        if (crop != imageSize || size != imageSize)
        {
            throw new ConversionException(
                $"preprocessor_config.json resizes to {size} and crops to {crop} (what it does not say is {DefaultSide}), but the vision tower's weights are for {imageSize} pixels.");
        }

        if (!centerCrop && !isFixed)
        {
            throw new ConversionException("preprocessor_config.json neither crops nor resizes to a fixed height and width; the vision tower needs a square.");
        }

        return new VisionPreprocessing(
            centerCrop && !isFixed, Channels(file, "image_mean") ?? ClipMean, Channels(file, "image_std") ?? ClipDeviation, file.Number("rescale_factor") ?? (1d / 255));
    }

    /// <summary>A value for each channel; a single one is that of all three.</summary>
    private static double[]? Channels(CheckpointConfiguration file, string key) =>
        file.Numbers(key) ?? (file.Number(key) is { } value ? [value, value, value] : null);

    private static int? Side(CheckpointConfiguration file, string key)
    {
        if (file.Section(key) is not { } section)
        {
            return file.Integer(key);
        }

        if (section.Integer("shortest_edge") is { } edge)
        {
            return edge;
        }

        (int? height, int? width) = (section.Integer("height"), section.Integer("width"));
        return height == width ? height : throw new ConversionException($"preprocessor_config.json gives '{key}' {height} x {width}; only squares are supported.");
    }
}
