// openblob opens one blob of an osseal data directory, given its data key, with nothing but Go's standard library: the
// proof that docs/formats/blob.md says enough. The data key comes in hexadecimal digits on standard input, the blob's path
// as the argument; the plaintext goes to standard output only when every byte of it was verified.
package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
)

const (
	headerBytes        = 64
	saltBytes          = 24
	commitmentBytes    = 32
	sealedSegmentBytes = 16384 + 16
	tagBytes           = 16
	nonceBytes         = 12
	label              = "c2sp.org/chunked-encryption@v1+"
)

type suite struct {
	aeadName string
	keyBytes int
	newBlock func(key []byte) (cipher.Block, error)
}

var suites = map[uint16]suite{
	1: {"AEAD_AES_256_GCM", 32, aes.NewCipher},
	2: {"AEAD_SM4_GCM", 16, newSM4},
}

var magic = []byte{0x89, 'O', 'S', 'L', 0x0d, 0x0a, 0x1a, 0x0a}

// lengthPrefixed writes each field behind its length in four bytes.
func lengthPrefixed(fields ...[]byte) []byte {
	var out []byte
	for _, field := range fields {
		out = binary.BigEndian.AppendUint32(out, uint32(len(field)))
		out = append(out, field...)
	}
	return out
}

// readHeader checks the header and answers the suite, and what the message is bound to.
func readHeader(header []byte) (used suite, context []byte, err error) {
	used, known := suites[binary.BigEndian.Uint16(header[10:])]
	if !bytes.Equal(header[:8], magic) || binary.BigEndian.Uint16(header[8:]) != 1 || !known {
		return used, nil, errors.New("not a blob of format 1, suite 1 or 2")
	}
	if crc32.ChecksumIEEE(header[:60]) != binary.BigEndian.Uint32(header[60:]) {
		return used, nil, errors.New("the header is damaged")
	}
	if !bytes.Equal(header[44:60], make([]byte, 16)) {
		return used, nil, errors.New("the header has reserved bytes that are not zero")
	}
	return used, lengthPrefixed([]byte("osseal-blob-v1"), header[12:28], header[28:44]), nil
}

// derive is HKDF-Expand with SHA-512: key, base nonce, commitment.
func derive(used suite, dataKey, salt, context []byte) (key, baseNonce, commitment []byte) {
	info := bytes.Join([][]byte{[]byte(label), []byte(used.aeadName), {0}, salt, context}, nil)
	nonceEnd := used.keyBytes + nonceBytes
	end := nonceEnd + commitmentBytes
	var out, previous []byte
	for counter := byte(1); len(out) < end; counter++ {
		mac := hmac.New(sha512.New, dataKey)
		mac.Write(previous)
		mac.Write(info)
		mac.Write([]byte{counter})
		previous = mac.Sum(nil)
		out = append(out, previous...)
	}
	return out[:used.keyBytes], out[used.keyBytes:nonceEnd], out[nonceEnd:end]
}

func open(dataKey, blob []byte) ([]byte, error) {
	if len(blob) < headerBytes+saltBytes+commitmentBytes+tagBytes {
		return nil, errors.New("the blob is too short")
	}
	used, context, err := readHeader(blob[:headerBytes])
	if err != nil {
		return nil, err
	}
	if len(dataKey) != used.keyBytes {
		return nil, fmt.Errorf("the data key must be %d hexadecimal digits", 2*used.keyBytes)
	}
	message := blob[headerBytes:]
	key, baseNonce, commitment := derive(used, dataKey, message[:saltBytes], context)
	if !hmac.Equal(commitment, message[saltBytes:saltBytes+commitmentBytes]) {
		return nil, errors.New("the data key or the context is another one")
	}
	block, err := used.newBlock(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	var plaintext []byte
	rest := message[saltBytes+commitmentBytes:]
	for number := uint64(0); ; number++ {
		size := min(len(rest), sealedSegmentBytes)
		nonce := bytes.Clone(baseNonce)
		low := binary.BigEndian.Uint64(nonce[4:]) ^ number
		binary.BigEndian.PutUint64(nonce[4:], low)
		plaintext, err = aead.Open(plaintext, nonce, rest[:size], nil)
		if err != nil {
			return nil, fmt.Errorf("segment %d does not open", number)
		}
		rest = rest[size:]
		if size < sealedSegmentBytes {
			return plaintext, nil
		}
		if len(rest) < tagBytes {
			return nil, errors.New("the blob was cut: its last segment is missing")
		}
	}
}

func run() error {
	if len(os.Args) != 2 {
		return errors.New("usage: openblob BLOB < DATA-KEY-IN-HEXADECIMAL")
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	dataKey, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return errors.New("the data key must be hexadecimal digits")
	}
	blob, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	plaintext, err := open(dataKey, blob)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(plaintext)
	return err
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "openblob:", err)
		os.Exit(1)
	}
}
