using System.Text.Json.Serialization;

namespace MGLMM.Runtime.Bundles;

/// <summary>
/// What <c>mglmm-bundle.json</c> says: everything that the runtime must know about a converted model beside its weights.
/// Immutable; safe to share between threads.
/// </summary>
public sealed record BundleManifest
{
    /// <summary>The only format version that this runtime reads and writes.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>The manifest's file name inside a bundle folder.</summary>
    public const string FileName = "mglmm-bundle.json";

    /// <summary>The version of the bundle format.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The model's name, for people and logs.</summary>
    public required string Name { get; init; }

    /// <summary>The checkpoint family: <c>mglmm</c>, <c>glamm</c> or <c>lisa</c>.</summary>
    public required string Family { get; init; }

    /// <summary>How the decoder's weights are stored: <c>fp32</c>, <c>fp16</c>, <c>int8</c> or <c>int4</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>What the graphs were laid out for: <c>cpu</c> (fp32 arithmetic) or <c>cuda</c> (fp16 arithmetic).</summary>
    public required string Accelerator { get; init; }

    /// <summary>The licence of the weights, as an SPDX identifier or a short sentence.</summary>
    public required string Licence { get; init; }

    /// <summary>One line that says what the model knows and what it does not.</summary>
    public required string ModelCard { get; init; }

    /// <summary>The image encoder that feeds the language model (CLIP ViT and projector).</summary>
    public required GlobalEncoderSpecification GlobalEncoder { get; init; }

    /// <summary>The image encoder that feeds the mask decoder (SAM ViT).</summary>
    public required GroundingEncoderSpecification GroundingEncoder { get; init; }

    /// <summary>The language model.</summary>
    public required DecoderSpecification Decoder { get; init; }

    /// <summary>The SAM mask decoder.</summary>
    public required MaskDecoderSpecification MaskDecoder { get; init; }

    /// <summary>What turns boxes into the rows of <c>&lt;bbox&gt;</c> tokens; null where the model takes no boxes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RegionEncoderSpecification? RegionEncoder { get; init; }

    /// <summary>Ids of the tokens with a meaning of their own.</summary>
    public required TokenSpecification Tokens { get; init; }

    /// <summary>How an instruction becomes a prompt.</summary>
    public required ConversationTemplate Conversation { get; init; }

    /// <summary>The granularities that the model was trained for: some of <c>panoptic</c>, <c>instance</c>, <c>part</c>.</summary>
    public required IReadOnlyList<string> Granularities { get; init; }

    /// <summary>
    /// Instruction templates by task, the preferred one first. Keys: <c>segment_and_caption.panoptic</c>,
    /// <c>segment_and_caption.instance</c>, <c>segment_and_caption.part</c> ({object}), <c>segment_all</c>, <c>refer</c>
    /// ({expression}), <c>reason_segment</c> and <c>reason_segment.explain</c> ({question}), <c>caption.brief</c>,
    /// <c>caption.normal</c>, <c>caption.detailed</c>, <c>region_caption</c>, <c>ask</c> ({question}),
    /// <c>ask.region</c> ({question}). A sentence about a region may hold <c>&lt;bbox&gt;</c>, which stands for its box.
    /// </summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Instructions { get; init; }

    /// <summary>The languages that the model reads and writes, as BCP 47 tags; null where it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>The nouns that the model knows, in lower case and the singular; null where they are not known or cannot be listed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Vocabulary { get; init; }

    /// <summary>What some of these nouns stand for ("bunny": rabbit; "animal": dog, cat, ...); null where it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Meanings { get; init; }

    /// <summary>Every file of the bundle except the manifest itself.</summary>
    public required IReadOnlyList<BundleFile> Files { get; init; }

    /// <summary>What the model says about itself, as the tools read it.</summary>
    /// <param name="imageLimits">The pictures that are accepted.</param>
    public ModelCard ToCard(ImageLimits imageLimits) => new()
    {
        Name = Name,
        Description = ModelCard,
        Licence = Licence,
        Precision = Precision,
        Granularities = Granularities,
        Wordings = Instructions,
        Markup = [.. Tokens.Added.Keys],
        UnescapesEntities = Conversation.UnescapeEntities != false,
        ImageLimits = imageLimits,
        TakesBoxes = RegionEncoder is not null,
        Languages = Languages ?? [],
        Vocabulary = Vocabulary,
        Meanings = Meanings,
    };
}

/// <summary>A file of a bundle.</summary>
/// <param name="Path">Relative to the bundle folder, with forward slashes.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record BundleFile(string Path, long Length, string Sha256);

/// <summary>Geometry and pre-processing of the global image encoder.</summary>
public sealed record GlobalEncoderSpecification
{
    /// <summary>The graph's file.</summary>
    public required string Graph { get; init; }

    /// <summary>Side of the square input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>
    /// True: the short side is resized to <see cref="ImageSize"/> and the centre square is kept (CLIP's own way).
    /// False: the picture is squashed to the square, so that nothing is cut off.
    /// </summary>
    public required bool CenterCrop { get; init; }

    /// <summary>Number of image tokens that the encoder yields.</summary>
    public required int TokenCount { get; init; }

    /// <summary>Per-channel mean of the 0..1 RGB values.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>Per-channel standard deviation of the 0..1 RGB values.</summary>
    public required IReadOnlyList<double> StandardDeviation { get; init; }

    /// <summary>Factor from bytes to 0..1 values; 1/255 for CLIP.</summary>
    public required double RescaleFactor { get; init; }
}

/// <summary>Geometry and pre-processing of the grounding image encoder.</summary>
public sealed record GroundingEncoderSpecification
{
    /// <summary>The graph's file.</summary>
    public required string Graph { get; init; }

    /// <summary>Side of the square input in pixels; the picture's long side is resized to it.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of the embedding in cells.</summary>
    public required int GridSize { get; init; }

    /// <summary>Channels of the embedding.</summary>
    public required int Channels { get; init; }

    /// <summary>Per-channel mean of the 0..255 RGB values.</summary>
    public required IReadOnlyList<double> Mean { get; init; }

    /// <summary>Per-channel standard deviation of the 0..255 RGB values.</summary>
    public required IReadOnlyList<double> StandardDeviation { get; init; }
}

/// <summary>Geometry of the language model.</summary>
public sealed record DecoderSpecification
{
    /// <summary>The graph's file.</summary>
    public required string Graph { get; init; }

    /// <summary>The token embedding table's file: row-major [VocabularySize, HiddenSize], little-endian.</summary>
    public required string Embeddings { get; init; }

    /// <summary>Element type of the embedding table: <c>fp32</c> or <c>fp16</c>.</summary>
    public required string EmbeddingsPrecision { get; init; }

    /// <summary>Width of the hidden state.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number of transformer layers.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Number of query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Number of key and value heads.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>Width of one head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Rows of the embedding table and columns of the logits.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Longest sequence, image tokens included.</summary>
    public required int MaximumLength { get; init; }
}

/// <summary>Geometry of the mask decoder.</summary>
public sealed record MaskDecoderSpecification
{
    /// <summary>The graph's file.</summary>
    public required string Graph { get; init; }

    /// <summary>Side of the low-resolution mask logits in cells.</summary>
    public required int LogitsSize { get; init; }
}

/// <summary>Geometry of the region encoder (GLaMM's).</summary>
public sealed record RegionEncoderSpecification
{
    /// <summary>Levels of the pyramid.</summary>
    internal const int LevelCount = 4;

    /// <summary>The token whose embedding a region's features take the place of; its id is in <see cref="TokenSpecification.Added"/>.</summary>
    internal const string Token = "<bbox>";

    /// <summary>The file of the graph that fuses the picture's features into a pyramid, once per picture.</summary>
    public required string PyramidGraph { get; init; }

    /// <summary>The file of the graph that reads boxes off the pyramid.</summary>
    public required string Graph { get; init; }

    /// <summary>Side of the coarsest level in cells; each finer one has twice the side of the one before.</summary>
    public required int GridSize { get; init; }

    /// <summary>Channels of each level.</summary>
    public required int Channels { get; init; }

    /// <summary>Side of a level in cells, the finest (0) first.</summary>
    internal int Side(int level) => GridSize << (LevelCount - 1 - level);

    /// <summary>Elements of a level.</summary>
    internal int Elements(int level) => Channels * Side(level) * Side(level);
}

/// <summary>Ids of the tokens with a meaning of their own, and the tokenizer's files.</summary>
public sealed record TokenSpecification
{
    /// <summary>The SentencePiece model's file.</summary>
    public required string Model { get; init; }

    /// <summary>The unknown token's id, also used for padding.</summary>
    public required int Unknown { get; init; }

    /// <summary>The id that begins every sequence.</summary>
    public required int BeginOfSequence { get; init; }

    /// <summary>The id that ends an answer.</summary>
    public required int EndOfSequence { get; init; }

    /// <summary>The id of <c>[SEG]</c>.</summary>
    public required int Segment { get; init; }

    /// <summary>Tokens added to the SentencePiece vocabulary, by content, <c>[SEG]</c> included.</summary>
    public required IReadOnlyDictionary<string, int> Added { get; init; }

    /// <summary>
    /// False where the model's own code reads prompts with transformers' <c>legacy=False</c>: text behind an added or special token then
    /// begins no word of its own. Null and true read each stretch of text as a text by itself.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Legacy { get; init; }

    /// <summary>
    /// Tokens around which white space is treated in another way than usual, by content. Usually an added token takes the white space on
    /// both of its sides with it, and <c>&lt;s&gt;</c>, <c>&lt;/s&gt;</c> and <c>&lt;unk&gt;</c> leave it. Null if there are none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, WhiteSpaceStripping>? Stripping { get; init; }
}

/// <summary>Which white space a token takes with it where it stands in a text.</summary>
/// <param name="Left">That in front of it.</param>
/// <param name="Right">That behind it.</param>
public sealed record WhiteSpaceStripping(bool Left, bool Right);

/// <summary>How messages become a prompt (the "two separators" style of LLaVA).</summary>
public sealed record ConversationTemplate
{
    /// <summary>What stands before the first turn; may be empty.</summary>
    public required string System { get; init; }

    /// <summary>The asking side's name.</summary>
    public required string UserRole { get; init; }

    /// <summary>The answering side's name.</summary>
    public required string AssistantRole { get; init; }

    /// <summary>What stands after the system text and after each question.</summary>
    public required string Separator { get; init; }

    /// <summary>What stands after each answer.</summary>
    public required string TurnEnd { get; init; }

    /// <summary>What introduces the image before the first question; holds <c>&lt;image&gt;</c> once.</summary>
    public required string ImageSentence { get; init; }

    /// <summary>
    /// False where the model's own code takes questions to the letter. Null and true: <c>&amp;lt;</c> and <c>&amp;gt;</c> in a question
    /// mean <c>&lt;</c> and <c>&gt;</c>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? UnescapeEntities { get; init; }
}
