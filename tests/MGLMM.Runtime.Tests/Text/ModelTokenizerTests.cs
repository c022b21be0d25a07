using System.Buffers;
using System.Text.Json;
using MGLMM.Runtime.Text;
using Microsoft.ML.Tokenizers;

namespace MGLMM.Runtime.Tests.Text;

/// <summary>The tokenizer that everybody gets, through the base class of Microsoft.ML.Tokenizers.</summary>
public sealed class ModelTokenizerTests
{
    private static readonly Tokenizer Tokenizer = new ModelTokenizer(TextData.Tokenizer);

    [Fact]
    public void Ids_tokens_and_texts_are_the_golden_ones()
    {
        foreach (JsonElement golden in TextData.TokenizerCases.GetProperty("encode").EnumerateArray())
        {
            string text = golden.Text("text");
            int[] ids = golden.Ints("ids");
            Assert.Equal(ids, Tokenizer.EncodeToIds(text));
            Assert.Equal(ids.Length, Tokenizer.CountTokens(text));
            IReadOnlyList<EncodedToken> tokens = Tokenizer.EncodeToTokens(text, out string? normalized);
            Assert.Null(normalized);
            Assert.Equal(ids, tokens.Select(token => token.Id));
            Assert.Equal(golden.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()), tokens.Select(token => token.Value));
            Assert.Equal(golden.Text("decode"), Tokenizer.Decode(ids));
        }
    }

    /// <summary>What stands at a token's place is the token, letter by letter; what stands at none is whitespace that belongs to no token.</summary>
    [Fact]
    public void Places_are_in_order_and_hold_what_the_tokens_say()
    {
        foreach (string text in TextData.TokenizerCases.GetProperty("encode").EnumerateArray().Select(golden => golden.Text("text")).Concat(Seeded(500)))
        {
            (int end, string left) = (0, string.Empty);
            foreach (EncodedToken token in Tokenizer.EncodeToTokens(text, out _))
            {
                (int start, int stop) = (token.Offset.Start.Value, token.Offset.End.Value);
                Assert.True(start >= end && stop >= start && stop <= text.Length, $"{token} of '{text}'");
                left += text[end..start];
                string said = text[start..stop].Replace(' ', GroundingTokenizer.WordBoundary);
                if (said.Length > 0 && !token.Value.StartsWith("<0x", StringComparison.Ordinal) && !HasLoneSurrogate(said))
                {
                    // The word boundary in front of a stretch stands at no character.
                    Assert.True(token.Value == said || token.Value == GroundingTokenizer.WordBoundary + said, $"'{token.Value}' at '{said}' of '{text}'");
                }

                end = stop;
            }

            Assert.True(string.IsNullOrWhiteSpace(left + text[end..]), $"'{left}' is in no token of '{text}'");
        }
    }

    [Theory]
    [InlineData("The red barn")]
    [InlineData("a \U0001F600 face")]
    [InlineData("two  spaces <p> a barn </p> [SEG] and more")]
    public void A_cut_behind_so_many_tokens_gives_a_text_of_at_most_so_many(string text)
    {
        int all = Tokenizer.CountTokens(text);
        for (int most = 1; most <= all; most++)
        {
            int index = Tokenizer.GetIndexByTokenCount(text, most, out _, out int count);
            Assert.Equal(most, count);
            Assert.InRange(Tokenizer.CountTokens(text[..index]), 1, most);
            Assert.False(index < text.Length && char.IsLowSurrogate(text[index]), "a character was divided");
            IReadOnlyList<int> ids = Tokenizer.EncodeToIds(text, most, out _, out int consumed);
            Assert.Equal(Tokenizer.EncodeToIds(text).Take(most), ids);
            Assert.Equal(index, consumed);

            int from = Tokenizer.GetIndexByTokenCountFromEnd(text, most, out _, out int behind);
            Assert.Equal(most, behind);
            Assert.False(from < text.Length && char.IsLowSurrogate(text[from]), "a character was divided");
            Assert.True(most < all || from == 0);
        }

        Assert.Equal(text.Length, Tokenizer.GetIndexByTokenCount(text, all + 5, out _, out int whole));
        Assert.Equal(all, whole);
    }

    [Fact]
    public void Of_a_character_that_is_no_piece_the_last_byte_has_the_place()
    {
        // U+1F600 is F0 9F 98 80 in UTF-8.
        EncodedToken[] tokens = [.. Tokenizer.EncodeToTokens("a\U0001F600b", out _).Where(token => token.Value.StartsWith("<0x", StringComparison.Ordinal))];
        Assert.Equal(["<0xF0>", "<0x9F>", "<0x98>", "<0x80>"], tokens.Select(token => token.Value));
        Assert.Equal([1..1, 1..1, 1..1, 1..3], tokens.Select(token => token.Offset));
    }

    [Fact]
    public void Decoding_into_a_span_stops_where_it_is_full()
    {
        IReadOnlyList<int> ids = Tokenizer.EncodeToIds("The red barn [SEG]");
        string whole = Tokenizer.Decode(ids);
        Span<char> target = new char[whole.Length];
        Assert.Equal(OperationStatus.Done, Tokenizer.Decode(ids, target, out int used, out int written));
        Assert.Equal((ids.Count, whole), (used, new string(target[..written])));

        for (int length = 0; length < whole.Length; length++)
        {
            Span<char> small = new char[length];
            Assert.Equal(OperationStatus.DestinationTooSmall, Tokenizer.Decode(ids, small, out used, out written));
            Assert.InRange(used, 0, ids.Count - 1);
            Assert.Equal(Tokenizer.Decode(ids.Take(used)), new string(small[..written]));
            Assert.True(Tokenizer.Decode(ids.Take(used + 1)).Length > length);
        }
    }

    private static IEnumerable<string> Seeded(int count)
    {
        string[] parts = ["the", "red", " ", "  ", "barn", "ffff", "\U0001F600", "\u00e9", "\n", "[SEG]", "<p>", "</p>", "</s>", "<unk>", "\ud800", "\u2581", "12", "."];
        for (int seed = 0; seed < count; seed++)
        {
            Random random = new(seed);
            yield return string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
        }
    }

    private static bool HasLoneSurrogate(string text) => text.EnumerateRunes().Any(rune => rune == System.Text.Rune.ReplacementChar);
}
