using System.Text.Json;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Text;
using Xunit;

namespace MGLMM.Runtime.Tests.Text;

public sealed class GroundingTokenizerTests
{
    private static readonly GroundingTokenizer Tokenizer = TextData.Tokenizer;

    [Fact]
    public void Encodes_and_decodes_the_golden_texts_as_the_official_tokenizer()
    {
        int count = 0;
        foreach (JsonElement golden in TextData.TokenizerCases.GetProperty("encode").EnumerateArray())
        {
            string text = golden.Text("text");
            int[] ids = Tokenizer.Encode(text, addBeginOfSequence: true);
            Assert.Equal(golden.Ints("ids"), ids);
            Assert.Equal(golden.Ints("ids_no_special"), Tokenizer.Encode(text, addBeginOfSequence: false));
            Assert.Equal(golden.GetProperty("tokens").EnumerateArray().Select(t => t.GetString()), ids.Select(id => Tokenizer.Pieces[id]));
            Assert.Equal(golden.Text("decode"), Tokenizer.Decode(ids));
            count++;
        }

        Assert.True(count >= 56);
    }

    [Fact]
    public void Splits_prompts_at_the_image_as_the_official_code()
    {
        foreach (JsonElement golden in TextData.TokenizerCases.GetProperty("image_token").EnumerateArray())
        {
            Assert.Equal(golden.Ints("ids"), Tokenizer.EncodePrompt(golden.Text("text")));
        }
    }

    [Fact]
    public void Decodes_the_golden_sequences_as_the_official_tokenizer()
    {
        foreach (JsonElement golden in TextData.TokenizerCases.GetProperty("decode_sequences").EnumerateArray())
        {
            Assert.Equal(golden.Text("decode"), Tokenizer.Decode(golden.Ints("ids")));
        }
    }

    [Fact]
    public void Knows_the_golden_vocabulary()
    {
        JsonElement golden = TextData.TokenizerCases;
        Assert.Equal(golden.GetProperty("vocab_size").GetInt32(), Tokenizer.VocabularySize);
        Assert.Equal(golden.GetProperty("bos").GetInt32(), Tokenizer.BeginOfSequenceId);
        Assert.Equal(golden.GetProperty("eos").GetInt32(), Tokenizer.EndOfSequenceId);
        Assert.Equal(golden.GetProperty("unk").GetInt32(), Tokenizer.UnknownId);
        foreach (JsonProperty added in golden.GetProperty("added").EnumerateObject())
        {
            Assert.Equal(added.Name, Tokenizer.Pieces[added.Value.GetInt32()]);
        }

        Assert.Equal("[SEG]", Tokenizer.Pieces[Tokenizer.SegmentId]);
    }

    [Theory]
    [MemberData(nameof(TextData.CaseNames), MemberType = typeof(TextData))]
    public void Encodes_the_golden_prompts_and_decodes_the_golden_turns(string name)
    {
        JsonElement golden = TextData.Cases.GetProperty(name);
        int[] input = golden.Ints("input_ids");
        Assert.Equal(input, Tokenizer.EncodePrompt(golden.Text("prompt")));
        Assert.Equal(golden.Text("decoded_full"), Tokenizer.Decode([.. input, .. golden.Ints("generated_ids")]));
        if (golden.GetProperty("prompt_if_conv_llava_llama_2").ValueKind == JsonValueKind.String)
        {
            Assert.Equal(
                golden.Ints("ids_if_conv_llava_llama_2"), Tokenizer.EncodePrompt(golden.Text("prompt_if_conv_llava_llama_2")));
        }
    }

    [Theory]
    [InlineData("oracle")]
    [InlineData("vocabulary_1000")]
    [InlineData("user_defined")]
    [InlineData("across_words")]
    public void Agrees_with_sentencepiece_on_odd_texts_and_sequences(string model)
    {
        GroundingTokenizer tokenizer = TextData.Load(model);
        JsonElement vectors = TextData.Vectors.GetProperty(model);
        foreach (JsonElement vector in vectors.GetProperty("encode").EnumerateArray())
        {
            int[] ids = tokenizer.EncodePrompt(vector.Text("text"));
            Assert.True(vector.Ints("ids").AsSpan().SequenceEqual(ids), $"{vector.Text("text")}: {string.Join(' ', ids)}");
            Assert.Equal(vector.Text("decode"), tokenizer.Decode(ids));
        }

        foreach (JsonElement vector in vectors.GetProperty("decode").EnumerateArray())
        {
            Assert.Equal(vector.Text("decode"), tokenizer.Decode(vector.Ints("ids")));
        }
    }

    /// <summary>LISA's version of transformers, where the tokenizer says <c>legacy: false</c>.</summary>
    [Theory]
    [InlineData("oracle")]
    [InlineData("vocabulary_1000")]
    [InlineData("user_defined")]
    [InlineData("across_words")]
    public void Begins_no_word_behind_a_token_where_legacy_is_false(string model)
    {
        GroundingTokenizer tokenizer = TextData.Load(model, tokens => tokens with { Legacy = false });
        foreach (JsonElement vector in TextData.Vectors.GetProperty("legacy_false " + model).EnumerateArray())
        {
            int[] ids = tokenizer.EncodePrompt(vector.Text("text"));
            Assert.True(vector.Ints("ids").AsSpan().SequenceEqual(ids), $"{vector.Text("text")}: {string.Join(' ', ids)}");
        }
    }

    [Fact]
    public void Obeys_the_white_space_flags_of_each_token()
    {
        GroundingTokenizer tokenizer = TextData.Load("oracle", tokens => tokens with
        {
            Stripping = new Dictionary<string, WhiteSpaceStripping>
            {
                ["<im_end>"] = new(false, false),
                ["[SEG]"] = new(true, false),
                ["<p>"] = new(false, true),
                ["</s>"] = new(true, true),
                ["<unk>"] = new(false, true),
            },
        });
        foreach (JsonElement vector in TextData.Vectors.GetProperty("flags").EnumerateArray())
        {
            int[] ids = tokenizer.EncodePrompt(vector.Text("text"));
            Assert.True(vector.Ints("ids").AsSpan().SequenceEqual(ids), $"{vector.Text("text")}: {string.Join(' ', ids)}");
        }
    }

    [Fact]
    public void Strips_exactly_what_Python_calls_white_space()
    {
        HashSet<char> python = TextData.Vectors.GetProperty("whitespace").EnumerateArray().Select(c => (char)c.GetInt32()).ToHashSet();
        for (int c = 0; c <= char.MaxValue; c++)
        {
            Assert.Equal(python.Contains((char)c), PythonWhitespace.Is((char)c));
        }
    }

    [Theory]
    [InlineData("the red barn beside ")]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("<p>")]
    [InlineData("<")]
    [InlineData("\U0001F600")]
    public void Handles_a_hundred_thousand_characters(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, 100_000 / part.Length));
        int[] ids = Tokenizer.Encode(text, addBeginOfSequence: false);
        Assert.Equal(part == "<p>" ? text.Replace("><", "> <", StringComparison.Ordinal) : text, Tokenizer.Decode(ids));
    }

    [Fact]
    public void Refuses_text_beyond_the_limit()
    {
        string text = new('x', GroundingTokenizer.MaximumTextLength + 1);
        Assert.Throws<ArgumentException>(() => Tokenizer.Encode(text, addBeginOfSequence: true));
        Assert.Throws<ArgumentException>(() => Tokenizer.EncodePrompt(text));
    }

    [Fact]
    public void Reads_unpaired_surrogates_as_replacement_characters()
    {
        Assert.Equal(Tokenizer.Encode("a\uFFFDb\uFFFD", false), Tokenizer.Encode("a\uD83Db\uDE00", false));
    }

    [Theory]
    [InlineData(607)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Refuses_to_decode_ids_outside_the_vocabulary(int id) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.Decode([1, id]));

    [Fact]
    public void Accepts_added_tokens_that_the_vocabulary_already_has()
    {
        TokenSpecification tokens = TextData.Tokens(600);
        Dictionary<string, int> added = new(tokens.Added) { ["<s>"] = 1, ["</s>"] = 2, ["<unk>"] = 0 };
        GroundingTokenizer tokenizer = GroundingTokenizer.Load(TextData.OracleModel, tokens with { Added = added });
        Assert.Equal("<s> a</s>b", tokenizer.Decode(tokenizer.Encode("a</s>b", true)));
    }

    [Fact]
    public void Refuses_token_ids_that_do_not_fit_the_model()
    {
        TokenSpecification tokens = TextData.Tokens(600);
        TokenSpecification[] wrong =
        [
            tokens with { Unknown = 3 },
            tokens with { BeginOfSequence = 259 },
            tokens with { EndOfSequence = 607 },
            tokens with { EndOfSequence = -1 },
            tokens with { Segment = 607 },
            tokens with { Added = new Dictionary<string, int> { ["[SEG]"] = 601 } },
            tokens with { Added = new Dictionary<string, int> { ["[SEG]"] = 5 } },
            tokens with { Added = new Dictionary<string, int> { [""] = 600 } },
        ];
        foreach (TokenSpecification specification in wrong)
        {
            Assert.Throws<InvalidDataException>(() => GroundingTokenizer.Load(TextData.OracleModel, specification));
        }
    }
}
