// Archive_process archives a process, restores it, and deletes it for good.
//
// Usage: archive_process [--forbidden] RUN_ID
//
// It reads PROCESSION_URL, PROCESSION_ORGANIZATION and PROCESSION_TOKEN.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"
)

type process struct {
	Name       string  `json:"name"`
	Status     string  `json:"status"`
	ArchivedAt *string `json:"archived_at"`
}

// run is one process on the server.
type run struct {
	client *http.Client
	url    string
	token  string
}

// send makes one request and returns the body of an answer with the expected status.
func (r run) send(method, action string, expect int) ([]byte, error) {
	request, err := http.NewRequest(method, r.url+action, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+r.token)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("X-Tallyfy-Client", "APIClient")
	// Wire habit: announces JSON on every request, DELETE and PUT included, and sends none.
	request.Header.Set("Content-Type", "application/json")

	// Wire habit: redirected with 301, 302 or 303, this client repeats a DELETE as a GET.
	response, err := r.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body) // to the end, so that the connection is used again
	if err != nil {
		return nil, err
	}
	if response.StatusCode != expect {
		return nil, fmt.Errorf("expected %d, got %d %s", expect, response.StatusCode, body)
	}
	return body, nil
}

// process makes a request that answers with the process.
func (r run) process(method, action string) (process, error) {
	var answer struct {
		Data process `json:"data"`
	}
	body, err := r.send(method, action, http.StatusOK)
	if err == nil {
		err = json.Unmarshal(body, &answer)
	}
	if err == nil && answer.Data.Status == "" {
		err = errors.New("the answer has no process")
	}
	return answer.Data, err
}

// archive archives the process and returns since when it is archived.
func (r run) archive() (string, error) {
	p, err := r.process(http.MethodDelete, "")
	if err != nil {
		return "", err
	}
	if p.Status != "archived" || p.ArchivedAt == nil {
		return "", fmt.Errorf("status %s, archived_at given: %t", p.Status, p.ArchivedAt != nil)
	}
	return *p.ArchivedAt, nil
}

// refused makes a request that must fail and returns the server's explanation.
func (r run) refused(method string, status int) (string, error) {
	var answer struct {
		Message string `json:"message"`
	}
	body, err := r.send(method, "", status)
	if err == nil {
		err = json.Unmarshal(body, &answer)
	}
	if err == nil && answer.Message == "" {
		err = errors.New("the error has no message")
	}
	return fmt.Sprintf("%d %s", status, answer.Message), err
}

// A step returns what it saw, or why that is wrong.
type step struct {
	name string
	do   func() (string, error)
}

func (r run) walkThrough() []step {
	var archivedAt string
	return []step{
		{"1. read", func() (string, error) {
			p, err := r.process(http.MethodGet, "")
			return p.Name + " is " + p.Status, err
		}},
		{"2. archive", func() (_ string, err error) {
			archivedAt, err = r.archive()
			return "archived at " + archivedAt, err
		}},
		{"3. archive again", func() (string, error) {
			again, err := r.archive()
			if err == nil && again != archivedAt {
				err = fmt.Errorf("archived_at moved from %s to %s", archivedAt, again)
			}
			return "nothing changed", err
		}},
		{"4. read back", func() (string, error) {
			p, err := r.process(http.MethodGet, "")
			if err == nil && p.Status != "archived" {
				err = fmt.Errorf("status %s", p.Status)
			}
			return p.Status, err
		}},
		{"5. restore", func() (string, error) {
			p, err := r.process(http.MethodPut, "/activate")
			if err == nil && p.ArchivedAt != nil {
				err = fmt.Errorf("archived_at is still %s", *p.ArchivedAt)
			}
			return p.Status, err
		}},
		{"6. delete for good", func() (string, error) {
			if _, err := r.archive(); err != nil {
				return "", err
			}
			rest, err := r.send(http.MethodDelete, "/delete", http.StatusOK)
			if err == nil && len(rest) > 0 {
				err = fmt.Errorf("the answer is not empty: %s", rest)
			}
			return "deleted", err
		}},
		{"7. read", func() (string, error) { return r.refused(http.MethodGet, http.StatusNotFound) }},
	}
}

func main() {
	log.SetFlags(0)
	forbidden := flag.Bool("forbidden", false, "only check that archiving is refused with 403")
	flag.Parse()
	base, organization, token := os.Getenv("PROCESSION_URL"), os.Getenv("PROCESSION_ORGANIZATION"), os.Getenv("PROCESSION_TOKEN")
	if flag.NArg() != 1 || base == "" || organization == "" || token == "" {
		log.Fatal("usage: archive_process [--forbidden] RUN_ID, with PROCESSION_URL, PROCESSION_ORGANIZATION and PROCESSION_TOKEN set")
	}
	address, err := url.JoinPath(base, "organizations", organization, "runs", flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	r := run{&http.Client{Timeout: 15 * time.Second}, address, token}

	steps := r.walkThrough()
	if *forbidden {
		steps = []step{{"archive", func() (string, error) { return r.refused(http.MethodDelete, http.StatusForbidden) }}}
	}
	for _, step := range steps {
		seen, err := step.do()
		if err != nil {
			log.Fatalf("%s: %v", step.name, err)
		}
		fmt.Printf("%s: %s\n", step.name, seen)
	}
	fmt.Println("ok")
}
