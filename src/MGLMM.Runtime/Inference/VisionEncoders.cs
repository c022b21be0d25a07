using System.Runtime.InteropServices;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Preprocessing;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// The vision graphs: picture to image tokens, picture to grounding embedding, [SEG] states to mask logits, boxes to region features.
/// Thread-safe. Results are managed arrays in CPU memory that the caller owns.
/// </summary>
internal sealed class VisionEncoders
{
    private readonly ModelSessions _sessions;
    private readonly BundleManifest _manifest;
    private readonly GlobalImagePreprocessor _globalPreprocessor;
    private readonly GroundingImagePreprocessor _groundingPreprocessor;

    public VisionEncoders(ModelSessions sessions, BundleManifest manifest)
    {
        _sessions = sessions;
        _manifest = manifest;
        _globalPreprocessor = new GlobalImagePreprocessor(manifest.GlobalEncoder);
        _groundingPreprocessor = new GroundingImagePreprocessor(manifest.GroundingEncoder);
    }

    /// <summary>The graph of the global encoder.</summary>
    public GraphSession GlobalGraph => _sessions.GlobalEncoder;

    /// <summary>The graph of the grounding encoder.</summary>
    public GraphSession GroundingGraph => _sessions.GroundingEncoder;

    /// <summary>The graph of the mask decoder.</summary>
    public GraphSession MaskGraph => _sessions.MaskDecoder;

    /// <summary>Pixel values [3, side, side] of the global encoder.</summary>
    public float[] PreprocessGlobal(RgbImage image)
    {
        float[] pixels = GC.AllocateUninitializedArray<float>(_globalPreprocessor.ValueCount);
        _globalPreprocessor.Process(image, pixels);
        return pixels;
    }

    /// <summary>Pixel values [3, side, side] of the grounding encoder.</summary>
    public float[] PreprocessGrounding(RgbImage image)
    {
        float[] pixels = GC.AllocateUninitializedArray<float>(_groundingPreprocessor.ValueCount);
        _groundingPreprocessor.Process(image, pixels);
        return pixels;
    }

    /// <summary>The size that the grounding encoder sees, before it is padded to the square.</summary>
    public ImageSize GroundingSize(ImageSize original) => _groundingPreprocessor.ScaledSize(original);

    /// <summary>Projected image tokens [token count, decoder width].</summary>
    public float[] EncodeTokens(float[] pixels, RunGuard guard) => EncodeGlobal(pixels, "image_tokens", _manifest.Decoder.HiddenSize, guard);

    /// <summary>
    /// Projected image tokens [token count, decoder width], and the hidden states [4, patches, tower width] that the region encoder of a model that
    /// has one starts from, in one run.
    /// </summary>
    public (float[] Tokens, float[]? RegionLevels) EncodeImage(float[] pixels, RunGuard guard)
    {
        if (_manifest.RegionEncoder is not { } region)
        {
            return (EncodeTokens(pixels, guard), null);
        }

        GlobalEncoderSpecification global = _manifest.GlobalEncoder;
        float[] tokens = GC.AllocateUninitializedArray<float>(global.TokenCount * _manifest.Decoder.HiddenSize);
        float[] levels = GC.AllocateUninitializedArray<float>(RegionEncoderSpecification.LevelCount * region.GridSize * region.GridSize * region.Channels);
        using OrtValue pixelsValue = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, global.ImageSize, global.ImageSize]);
        using OrtValue tokensValue = OrtValue.CreateTensorValueFromMemory(tokens, [1, global.TokenCount, _manifest.Decoder.HiddenSize]);
        using OrtValue levelsValue = OrtValue.CreateTensorValueFromMemory(levels, [RegionEncoderSpecification.LevelCount, region.GridSize * region.GridSize, region.Channels]);
        using GraphSession.Use graph = _sessions.GlobalEncoder.Acquire(guard.CancellationToken);
        using OrtIoBinding binding = graph.Session.CreateIoBinding();
        binding.BindInput("pixel_values", pixelsValue);
        binding.BindOutput("image_tokens", tokensValue);
        binding.BindOutput("region_levels", levelsValue);
        guard.Run(graph.Session, binding);
        return (tokens, levels);
    }

    /// <summary>The region encoder's pyramid, level after level, of a picture's <c>RegionLevels</c>.</summary>
    public float[] EncodePyramid(float[] regionLevels, RunGuard guard)
    {
        RegionEncoderSpecification region = _manifest.RegionEncoder!;
        float[] pyramid = GC.AllocateUninitializedArray<float>(Enumerable.Range(0, RegionEncoderSpecification.LevelCount).Sum(region.Elements));
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(regionLevels, [RegionEncoderSpecification.LevelCount, region.GridSize * region.GridSize, region.Channels]);
        using PyramidValues levels = new(pyramid, region);
        InferenceSession session = _sessions.Region!.Pyramid;
        using OrtIoBinding binding = session.CreateIoBinding();
        binding.BindInput("region_levels", input);
        levels.ForEach(binding.BindOutput);
        guard.Run(session, binding);
        return pyramid;
    }

    /// <summary>Features [count, decoder width] of boxes over a pyramid.</summary>
    public float[] EncodeRegions(float[] pyramid, ReadOnlySpan<NormalizedBox> boxes, RunGuard guard)
    {
        int width = _manifest.Decoder.HiddenSize;
        float[] corners = MemoryMarshal.Cast<NormalizedBox, float>(boxes).ToArray();
        float[] features = GC.AllocateUninitializedArray<float>(boxes.Length * width);
        using OrtValue boxesValue = OrtValue.CreateTensorValueFromMemory(corners, [boxes.Length, NormalizedBox.Length]);
        using OrtValue featuresValue = OrtValue.CreateTensorValueFromMemory(features, [boxes.Length, width]);
        using PyramidValues levels = new(pyramid, _manifest.RegionEncoder!);
        InferenceSession session = _sessions.Region!.Encoder;
        using OrtIoBinding binding = session.CreateIoBinding();
        binding.BindInput("boxes", boxesValue);
        levels.ForEach(binding.BindInput);
        binding.BindOutput("region_features", featuresValue);
        guard.Run(session, binding);
        return features;
    }

    /// <summary>The tower's features before the projector, [token count, tower width]; for parity checks.</summary>
    public float[] EncodeFeatures(float[] pixels, int width, RunGuard guard) => EncodeGlobal(pixels, "image_features", width, guard);

    /// <summary>The grounding embedding [grid * grid, channels].</summary>
    public float[] EncodeGrounding(float[] pixels, RunGuard guard)
    {
        GroundingEncoderSpecification specification = _manifest.GroundingEncoder;
        int cells = specification.GridSize * specification.GridSize;
        float[] embedding = GC.AllocateUninitializedArray<float>(cells * specification.Channels);
        Run(
            guard,
            _sessions.GroundingEncoder,
            "pixel_values",
            pixels,
            [1, 3, specification.ImageSize, specification.ImageSize],
            "image_embeddings",
            embedding,
            [1, cells, specification.Channels]);
        return embedding;
    }

    /// <summary>
    /// Masks that one run of the mask decoder may make. Each takes some eight times the picture's embedding on the way (34 MB at SAM's 64 x 64 x 256, measured), and eight at once are as quick a mask
    /// as more.
    /// </summary>
    public int MasksAtOnce
    {
        get
        {
            const long RunBytes = 272L << 20;
            const long Growth = 8 * sizeof(float);
            GroundingEncoderSpecification grounding = _manifest.GroundingEncoder;
            return (int)Math.Clamp(RunBytes / (Growth * grounding.GridSize * grounding.GridSize * grounding.Channels), 1, int.MaxValue);
        }
    }

    /// <summary>Low-resolution mask logits [count, side, side] for [SEG] states [count, decoder width], in one run.</summary>
    public float[] DecodeMasks(float[] embedding, float[] segmentStates, RunGuard guard)
    {
        GroundingEncoderSpecification grounding = _manifest.GroundingEncoder;
        int count = segmentStates.Length / _manifest.Decoder.HiddenSize;
        int side = _manifest.MaskDecoder.LogitsSize;
        float[] logits = GC.AllocateUninitializedArray<float>(checked(count * side * side));
        using OrtValue embeddingValue = OrtValue.CreateTensorValueFromMemory(embedding, [1, grounding.GridSize * grounding.GridSize, grounding.Channels]);
        using OrtValue statesValue = OrtValue.CreateTensorValueFromMemory(segmentStates, [count, _manifest.Decoder.HiddenSize]);
        using OrtValue logitsValue = OrtValue.CreateTensorValueFromMemory(logits, [count, side, side]);
        using GraphSession.Use graph = _sessions.MaskDecoder.Acquire(guard.CancellationToken);
        using OrtIoBinding binding = graph.Session.CreateIoBinding();
        binding.BindInput("image_embeddings", embeddingValue);
        binding.BindInput("segment_states", statesValue);
        binding.BindOutput("low_res_masks", logitsValue);
        guard.Run(graph.Session, binding);
        return logits;
    }

    private float[] EncodeGlobal(float[] pixels, string output, int width, RunGuard guard)
    {
        GlobalEncoderSpecification specification = _manifest.GlobalEncoder;
        float[] values = GC.AllocateUninitializedArray<float>(specification.TokenCount * width);
        Run(
            guard,
            _sessions.GlobalEncoder,
            "pixel_values",
            pixels,
            [1, 3, specification.ImageSize, specification.ImageSize],
            output,
            values,
            [1, specification.TokenCount, width]);
        return values;
    }

    private static void Run(
        RunGuard guard, GraphSession graph, string inputName, float[] input, long[] inputShape, string outputName, float[] output, long[] outputShape)
    {
        using OrtValue inputValue = OrtValue.CreateTensorValueFromMemory(input, inputShape);
        using OrtValue outputValue = OrtValue.CreateTensorValueFromMemory(output, outputShape);
        using GraphSession.Use use = graph.Acquire(guard.CancellationToken);
        using OrtIoBinding binding = use.Session.CreateIoBinding();
        binding.BindInput(inputName, inputValue);
        binding.BindOutput(outputName, outputValue);
        guard.Run(use.Session, binding);
    }

    /// <summary>The levels of a pyramid as tensors over one array.</summary>
    private sealed class PyramidValues : IDisposable
    {
        private readonly OrtValue[] _levels = new OrtValue[RegionEncoderSpecification.LevelCount];

        public PyramidValues(float[] pyramid, RegionEncoderSpecification region)
        {
            int start = 0;
            for (int level = 0; level < _levels.Length; level++)
            {
                (int side, int elements) = (region.Side(level), region.Elements(level));
                _levels[level] = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pyramid.AsMemory(start, elements), [1, region.Channels, side, side]);
                start += elements;
            }
        }

        public void ForEach(Action<string, OrtValue> bind)
        {
            for (int level = 0; level < _levels.Length; level++)
            {
                bind($"level_{level}", _levels[level]);
            }
        }

        public void Dispose()
        {
            foreach (OrtValue level in _levels)
            {
                level?.Dispose();
            }
        }
    }
}
