using System.Text;
using System.Text.Json;
using MGLMM.Runtime.Text;
using Xunit;

namespace MGLMM.Runtime.Tests.Text;

public sealed class StreamingDetokenizerTests
{
    private static readonly GroundingTokenizer Tokenizer = TextData.Tokenizer;

    [Theory]
    [MemberData(nameof(TextData.CaseNames), MemberType = typeof(TextData))]
    public void Streams_the_official_text_of_the_golden_turns(string name)
    {
        JsonElement golden = TextData.Cases.GetProperty(name);
        Assert.Equal(golden.Text("text_output"), string.Concat(Stream(golden.Ints("generated_ids"))));
    }

    [Fact]
    public void Streams_the_official_text_of_random_sequences()
    {
        int[] prompt = Tokenizer.EncodePrompt(ConversationPrompt.Start(TextData.Template, "q").Text);
        for (int seed = 0; seed < 2000; seed++)
        {
            Random random = new(seed);
            List<int> answer = [random.Next(2) == 0 ? Tokenizer.SegmentId : Array.IndexOf([.. Tokenizer.Pieces], "\u2581The")];
            for (int i = random.Next(20); i > 0; i--)
            {
                answer.Add(random.Next(5) switch
                {
                    0 => random.Next(3, 259),
                    1 => 547,
                    2 => random.Next(600, 607),
                    _ => random.Next(3, 600),
                });
            }

            if (random.Next(8) == 0)
            {
                answer.AddRange([Tokenizer.SegmentId, Tokenizer.EndOfSequenceId]);
            }

            string expected = OfficialText.OfTurn(Tokenizer, TextData.Template, [.. prompt, .. answer]);
            Assert.Equal(expected, string.Concat(Stream(answer)));
        }
    }

    [Fact]
    public void Holds_a_character_back_until_its_last_byte()
    {
        int[] ids = [.. "é日😀"u8.ToArray().Select(value => 3 + value), 549];
        Assert.Equal(["", "é", "", "", "日", "", "", "", "😀", "a", ""], Stream(ids));
    }

    [Fact]
    public void Ends_an_unfinished_character_with_replacement_characters()
    {
        Assert.Equal(["", "", "\uFFFD\uFFFDa", ""], Stream([3 + 0xE4, 3 + 0xBD, 549]));
        Assert.Equal(["", "\uFFFD", "", "\uFFFD\uFFFD"], Stream([3 + 0xF0, 3 + 0xE4, 3 + 0xBD]));
    }

    [Fact]
    public void Allocates_nothing_per_token()
    {
        int[] ids = TextData.Cases.GetProperty("portrait_50x83__gcg").Ints("generated_ids");
        StreamingDetokenizer detokenizer = new(Tokenizer);
        int length = 0;
        Feed();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Feed();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(length > 0);

        void Feed()
        {
            foreach (int id in ids)
            {
                length += detokenizer.Append(id).Length;
            }
        }
    }

    [Fact]
    public void Refuses_ids_outside_the_vocabulary() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingDetokenizer(Tokenizer).Append(607).Length);

    private static List<string> Stream(IEnumerable<int> ids)
    {
        StreamingDetokenizer detokenizer = new(Tokenizer);
        List<string> deltas = [.. ids.Select(id => detokenizer.Append(id).ToString())];
        deltas.Add(detokenizer.Complete().ToString());
        return deltas;
    }
}
